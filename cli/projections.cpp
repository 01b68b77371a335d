#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "cli/connections.hpp"
#include "cli/lease_keeping.hpp"
#include "cli/lifetime.hpp"
#include "cli/role_reporting.hpp"
#include "cli/settings.hpp"
#include "projections/read_model.hpp"
#include "projections/runtime/checksum.hpp"
#include "projections/runtime/lag.hpp"
#include "projections/runtime/rebuild.hpp"
#include "projections/runtime/schema.hpp"
#include "projections/runtime/shared_projector.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kPostgresLimit = 30s;

postgres::ConnectionOptions to_postgres(const Settings& settings) {
  return {.url = settings.postgres_url, .application_name = "ordo-projections"};
}

// Whoever starts the process without Postgres should hear so.
void fail_without_postgres(Lifetime& lifetime) {
  lifetime.fail("Postgres was not to be had within 30 s: check ORDO_POSTGRES_URL and the server");
}

int run_projector(const Settings& settings) {
  start_process("projections", settings.log_level);
  Lifetime lifetime("projections", settings.ready_file);
  auto connection = open_log(settings, "projections");
  if (!connection) return give_up(connection.error());
  projections::SharedProjector projector({
      .model = projections::read_model(),
      .log = *connection->log,
      .partitions = settings.partitions,
      .schema = projections::kServing,
      .create_schema = true,
      .connection = to_postgres(settings),
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

void print_progress(const projections::RebuildProgress& progress) {
  const auto total = static_cast<double>(progress.messages_total);
  const auto done = static_cast<double>(progress.messages_done);
  const auto events_left = done > 0 ? static_cast<double>(progress.events_done) / done * (total - done) : 0.0;
  const auto seconds_left = progress.events_per_second > 0 ? events_left / progress.events_per_second : 0.0;
  std::cerr << fmt::format("rebuild: {:3.0f} %, {} of {} messages, {} events, {:.0f} events/s, {:.0f} s left\n",
                           total > 0 ? std::floor(100.0 * done / total) : 100.0, progress.messages_done, progress.messages_total,
                           progress.events_done, progress.events_per_second, std::ceil(seconds_left));
}

int run_rebuild(const Settings& settings, bool restart) {
  start_process("rebuild", settings.log_level);
  Lifetime lifetime("rebuild", "");
  auto connection = open_log(settings, "rebuild");
  if (!connection) return give_up(connection.error());
  const auto rebuilt = projections::rebuild({
      .model = projections::read_model(),
      .log = *connection->log,
      .partitions = settings.partitions,
      .connection = to_postgres(settings),
      .report = print_progress,
      .goes_on = [&lifetime] { return !lifetime.told_to_stop(); },
      .restart = restart,
  });
  if (!rebuilt) return give_up(rebuilt.error());
  if (!rebuilt->finished) {
    std::cerr << "rebuild: stopped before its end; run it again to go on from here, with --restart to begin anew\n";
    return 1;
  }
  const auto seconds = static_cast<double>(rebuilt->took.count()) / 1000;
  std::cerr << fmt::format("rebuilt from {} events{} in {:.1f} s, {:.0f} events/s; the tables from before stand in schema {}\n",
                           rebuilt->events, rebuilt->went_on ? " more" : "", seconds, static_cast<double>(rebuilt->events) / seconds,
                           projections::kPrevious);
  return 0;
}

int run_checksum(const Settings& settings, const std::string& schema) {
  start_process("checksum", settings.log_level);
  auto options = to_postgres(settings);
  options.statement_limit = 0ms;  // reading every row may take its time
  auto connection = postgres::Connection::open(options);
  if (!connection) return give_up(connection.error());
  const auto sums = projections::checksums(*connection, schema);
  if (!sums) return give_up(sums.error());
  if (sums->empty()) return give_up({FailureKind::unavailable, fmt::format("there is no schema {}", schema)});
  for (const auto& sum : *sums) std::cout << fmt::format("{:<20} {:>10} rows  {:016x}\n", sum.table, sum.rows, sum.checksum);
  return 0;
}

int run_lag(const Settings& settings) {
  start_process("lag", settings.log_level);
  auto connection = open_log(settings, "lag");
  if (!connection) return give_up(connection.error());
  auto postgres = postgres::Connection::open(to_postgres(settings));
  if (!postgres) return give_up(postgres.error());
  const auto lags = projections::lag(*postgres, *connection->log, projections::kServing);
  if (!lags) return give_up(lags.error());
  std::cout << fmt::format("{:<14} {:<18} {:>12} {:>12} {:>10}\n", "lane", "stream", "reached", "last", "behind");
  for (const auto& entry : *lags) {
    std::cout << fmt::format("{:<14} {:<18} {:>12} {:>12} {:>10}\n", entry.lane, text(entry.stream), entry.reached,
                             entry.last_sequence, entry.behind());
  }
  return 0;
}

}  // namespace

void add_projections(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("projections", "role: keeps the read model up with the log");
  command->require_subcommand(0, 1);
  auto* rebuild = command->add_subcommand(
      "rebuild", "makes the read model anew from the log while the old one serves, then swaps them; goes on where one was stopped");
  const auto restart = std::make_shared<bool>(false);
  rebuild->add_flag("--restart", *restart, "begin with empty tables, though a rebuild that was stopped has left some");
  rebuild->callback([&settings, &exit_code, restart] { exit_code = run_rebuild(settings, *restart); });
  command->add_subcommand("lag", "how far each lane is behind its streams")->callback([&settings, &exit_code] {
    exit_code = run_lag(settings);
  });
  auto* checksum = command->add_subcommand("checksum", "one checksum per table: same rows, same checksum");
  const auto schema = std::make_shared<std::string>(projections::kServing);
  checksum->add_option("--schema", *schema, "read, read_next or read_previous");
  checksum->callback([&settings, &exit_code, schema] { exit_code = run_checksum(settings, *schema); });
  command->callback([command, &settings, &exit_code] {
    if (command->get_subcommands().empty()) exit_code = run_projector(settings);
  });
}

}  // namespace ordo::cli
