#include <exception>
#include <iostream>
#include <memory>

#include "cli/exit_codes.hpp"
#include "cli/settings.hpp"

namespace {

constexpr auto kFooter =
    "Exit codes, the same everywhere:\n"
    "  0   done, healthy, sound, found\n"
    "  1   not done, and the last lines of stderr say why; or degraded, a warning, something left\n"
    "  2   looked, and the answer is no: down, in danger, different, not there, refused\n"
    "  64  the command line was not understood; nothing was done\n"
    "Results go to stdout, everything else to stderr. Colours are for terminals, and not with NO_COLOR. What destroys asks first, or\n"
    "takes --yes. Secrets come by environment or file: ORDO_POSTGRES_URL=postgresql://… has no flag.\n"
    "Example: . var/run.env && ordo status\n"
    "Example: ordo explain 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4\n"
    "Example: ordo events search --help";

// Where to find what every subcommand takes as well, which CLI11 lists for the program alone.
class HelpText final : public CLI::Formatter {
 public:
  std::string make_footer(const CLI::App* app) const override {
    auto footer = CLI::Formatter::make_footer(app);
    if (app->get_parent() != nullptr) footer += "Every command takes --output, --as and where the servers are, by flag or environment: ordo --help\n";
    return footer;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Ordo takes orders, charges wallets and tells people about it.", "ordo"};
  app.formatter(std::make_shared<HelpText>());  // first: subcommands inherit it
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", ORDO_VERSION);

  ordo::cli::Settings settings;
  int exit_code = ordo::cli::exit_code::kGood;
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
           ordo::cli::add_audit,
           ordo::cli::add_doctor,
           ordo::cli::add_keys,
           ordo::cli::add_rights,
           ordo::cli::add_completion,
           ordo::cli::add_backup,
           ordo::cli::add_restore,
           ordo::cli::add_export,
           ordo::cli::add_import,
       }) {
    add(app, settings, exit_code);
  }
  app.footer(kFooter);  // last: subcommands inherit what stands there when they are added
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ordo::cli::exit_code::kGood : ordo::cli::exit_code::kMisused;
  } catch (const std::exception& error) {
    std::cerr << "ordo: " << error.what() << '\n';
    return ordo::cli::exit_code::kFailed;
  }
  return exit_code;
}
