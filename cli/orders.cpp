#include "cli/deciding_role.hpp"
#include "cli/settings.hpp"
#include "command-side/orders/context.hpp"

namespace ordo::cli {

void add_orders(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("orders", "role: decides orders");
  command->callback([&settings, &exit_code] {
    exit_code = run_deciding_role("orders", settings, [](LogConnection&) -> MakeContext {
      return [](log::Partition, runtime::Mailbox&) { return orders::make_context(); };
    });
  });
}

}  // namespace ordo::cli
