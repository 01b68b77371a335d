#include <iostream>
#include <memory>

#include "cli/examination.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"
#include "cli/table.hpp"

namespace ordo::cli {
namespace {

constexpr auto kFooter =
    "Looks at versions, at who can be reached, and at settings that are not safe: how NATS syncs, streams that are not as set-up makes\n"
    "them, missing copies, Postgres without fsync, clocks, disks, open files. Each finding says what to do. It changes nothing.\n"
    "How NATS syncs, only its monitoring page tells: ORDO_NATS_MONITOR_URL. `ordo status` says how the system moves, this how it stands.\n"
    "Exit: 0 all is well, 1 there are warnings, 2 something is in danger.\n"
    "Example: ordo doctor\n"
    "Example: ordo doctor --nats-monitor-url http://127.0.0.1:8222 --output json";

int run_doctor(const Settings& settings, const ExaminedAddresses& addresses) {
  start_process("doctor", "critical");
  const Interruption interruption;
  const auto findings = diagnose(examine(settings, addresses));
  std::cout << findings_text(findings, settings.output, stdout_is_coloured());
  return static_cast<int>(level_of(findings));
}

}  // namespace

void add_doctor(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("doctor", "looks for what is not safe or not there, and says what to do: settings, disks, clocks");
  command->footer(kFooter);
  const auto wanted = std::make_shared<ExaminedAddresses>();
  command->add_option("--nats-monitor-url", wanted->monitor_urls, "monitoring page of each NATS server, separated by commas")
      ->envname("ORDO_NATS_MONITOR_URL");
  command->add_option("--gateway-url", wanted->gateway_url, "where clients find the gateway")->envname("ORDO_URL");
  command->callback([&settings, &exit_code, wanted] { exit_code = run_doctor(settings, *wanted); });
}

}  // namespace ordo::cli
