#include "cli/deciding_role.hpp"
#include "cli/settings.hpp"
#include "command-side/billing/context.hpp"

namespace ordo::cli {

void add_billing(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("billing", "role: decides wallets and payments");
  command->callback([&settings, &exit_code] {
    exit_code = run_deciding_role("billing", settings, [](LogConnection&) -> MakeContext {
      return [](log::Partition, runtime::Mailbox&) { return billing::make_context(); };
    });
  });
}

}  // namespace ordo::cli
