#include "cli/deciding_role.hpp"
#include "cli/settings.hpp"
#include "command-side/orders/context.hpp"

namespace ordo::cli {

void add_orders(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("orders", "role: decides orders");
  command->footer("Any number of them share the partitions; each partition has one owner. Exit: 0 told to stop, 1 it cannot go on.\n"
                  "Example: ORDO_NATS_URL=nats://127.0.0.1:4222 ordo orders --instance orders-1");
  command->callback([&settings, &exit_code] {
    exit_code = run_deciding_role("orders", settings, [](LogConnection&) -> MakeContext {
      return [](log::Partition, runtime::Mailbox&) { return orders::make_context(); };
    });
  });
}

}  // namespace ordo::cli
