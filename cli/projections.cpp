#include "cli/projections.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/connections.hpp"
#include "cli/lease_keeping.hpp"
#include "cli/lifetime.hpp"
#include "cli/role_reporting.hpp"
#include "projections/read_model.hpp"
#include "projections/runtime/shared_projector.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kPostgresLimit = 30s;

constexpr auto kFooter =
    "Without a subcommand it is the role. Tables that serve stand in schema read, those that a rebuild fills in read_next, those\n"
    "that served before the last swap in read_previous. To see what a new version changes, and take it back if need be:\n"
    "Example: ordo projections rebuild --no-swap && ordo projections diff\n"
    "Example: ordo projections swap && ordo projections ls\n"
    "Example: ordo projections rollback --reason 'totals are wrong'";

// Whoever starts the process without Postgres should hear so.
void fail_without_postgres(Lifetime& lifetime) {
  lifetime.fail("Postgres was not to be had within 30 s: check ORDO_POSTGRES_URL and the server");
}

int run_projector(const Settings& settings) {
  start_process("projections", settings.log_level);
  Lifetime lifetime("projections", settings.ready_file);
  lifetime.begin();
  auto connection = open_log(settings, "projections");
  if (!connection) return give_up(connection.error());
  projections::SharedProjector projector({
      .model = projections::read_model(),
      .log = *connection->log,
      .partitions = settings.partitions,
      .schema = projections::kServing,
      .connection = read_model_connection(settings),
      .give_up = [&lifetime](const Failure& failure) { lifetime.fail(failure.text); },
  });
  const LeaseKeeping leases(
      "projections", settings, *connection, lifetime, [&projector](const runtime::Partitions& held) { projector.serve(held); },
      [&, end = std::chrono::steady_clock::now() + kPostgresLimit, failed = false]() mutable {
        if (projector.ready()) return true;
        if (std::chrono::steady_clock::now() > end && !std::exchange(failed, true)) fail_without_postgres(lifetime);
        return false;
      });
  const RoleReporting reporting("projections", settings, *connection);
  return lifetime.wait();
}

}  // namespace

postgres::ConnectionOptions read_model_connection(const Settings& settings) {
  return {.url = settings.postgres_url, .application_name = "ordo-projections"};
}

std::vector<std::string> all_projections() {
  std::vector<std::string> names;
  for (const auto& lane : projections::read_model().lanes) names.push_back(lane.name);
  return names;
}

std::string check_projection(const std::string& name) {
  const auto names = all_projections();
  if (std::ranges::find(names, name) != names.end()) return "";
  return fmt::format("there is no projection {}: there are {}; a table that several of them feed cannot be named alone", name,
                     fmt::join(names, ", "));
}

void add_projections(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("projections", "role: keeps the read model up with the log; and what operators do with it");
  command->footer(kFooter);
  command->require_subcommand(0, 1);
  for (const auto add : {add_rebuild, add_diff, add_rollback, add_pause, add_overview}) add(*command, settings, exit_code);
  command->callback([command, &settings, &exit_code] {
    if (command->get_subcommands().empty()) exit_code = run_projector(settings);
  });
}

}  // namespace ordo::cli
