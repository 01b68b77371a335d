#include <exception>
#include <iostream>

#include "cli/settings.hpp"

int main(int argc, char** argv) {
  CLI::App app{"Ordo takes orders, charges wallets and tells people about it."};
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", ORDO_VERSION);

  ordo::cli::Settings settings;
  int exit_code = 0;
  ordo::cli::add_settings(app, settings);
  for (const auto add : {
           ordo::cli::add_setup,
           ordo::cli::add_gateway,
           ordo::cli::add_orders,
           ordo::cli::add_billing,
           ordo::cli::add_notifications,
           ordo::cli::add_identity,
           ordo::cli::add_projections,
           ordo::cli::add_users,
           ordo::cli::add_events,
           ordo::cli::add_status,
           ordo::cli::add_snapshots,
           ordo::cli::add_parked,
           ordo::cli::add_order,
           ordo::cli::add_wallet,
           ordo::cli::add_explain,
           ordo::cli::add_verify,
       }) {
    add(app, settings, exit_code);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    std::cerr << "ordo: " << error.what() << '\n';
    return 1;
  }
  return exit_code;
}
