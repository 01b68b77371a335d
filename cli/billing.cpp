#include "cli/deciding_role.hpp"
#include "cli/settings.hpp"
#include "command-side/billing/context.hpp"

namespace ordo::cli {

void add_billing(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("billing", "role: decides wallets and payments");
  command->footer("Any number of them share the partitions; each partition has one owner. Exit: 0 told to stop, 1 it cannot go on.\n"
                  "Example: ORDO_NATS_URL=nats://127.0.0.1:4222 ordo billing --instance billing-1");
  command->callback([&settings, &exit_code] {
    exit_code = run_deciding_role("billing", settings, [](LogConnection&) -> MakeContext {
      return [](log::Partition, runtime::Mailbox&) { return billing::make_context(); };
    });
  });
}

}  // namespace ordo::cli
