#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/json_rows.hpp"
#include "cli/lifetime.hpp"
#include "cli/projections.hpp"
#include "cli/projections_text.hpp"
#include "cli/table.hpp"
#include "events/vocabulary/json_text.hpp"
#include "projections/read_model.hpp"
#include "projections/runtime/checksum.hpp"
#include "projections/runtime/rebuild.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kListFooter =
    "Rows are what Postgres has counted last. BEHIND: messages of the log that are not shown there. read_next is what a rebuild makes, with\n"
    "its stage (filling, making keys, catching up) and about how many events of how many it holds.\n"
    "Exit: 0 shown, 1 it could not be read.\n"
    "Example: ordo projections ls --output json";

constexpr auto kLagFooter =
    "EVENTS is concluded from samples where there are many messages (~). FOR: how long the oldest of them waits.\n"
    "Exit: 0 shown, 1 it could not be read.\n"
    "Example: ordo projections lag --output ndjson";

constexpr auto kChecksumFooter =
    "Neither the order of rows nor how they came there counts. The lanes' own book-keeping is left out.\n"
    "Exit: 0 shown, 1 it could not be read.\n"
    "Example: ordo projections checksum --schema read\n"
    "Example: diff <(ordo projections checksum) <(ordo projections checksum --schema read_next)";

// The log and the read model, without a limit for statements: looking at every row may take its time.
struct Sources {
  LogConnection log;
  postgres::Connection postgres;

  static Result<Sources> open(const Settings& settings, const std::string& name) {
    auto log = open_log(settings, name);
    if (!log) return tl::unexpected(log.error());
    auto options = read_model_connection(settings);
    options.statement_limit = 0ms;
    auto postgres = postgres::Connection::open(options);
    if (!postgres) return tl::unexpected(postgres.error());
    return Sources{std::move(*log), std::move(*postgres)};
  }
};

Result<std::vector<LaneLag>> lags_of(Sources& sources) {
  const auto streams = projections::lag(sources.postgres, *sources.log.log, projections::kServing);
  if (!streams) return tl::unexpected(streams.error());
  std::vector<LaneLag> lags;
  const auto now = SystemClock().now();
  for (const auto& lane : *streams) {
    const auto left = projections::backlog(*sources.log.log, lane.stream, lane.reached);
    if (!left) return tl::unexpected(left.error());
    lags.push_back({lane, *left, projections::waiting_s(*left, now)});
  }
  return lags;
}

int run_lag(const Settings& settings) {
  start_process("lag", "warn");
  const auto lags = Sources::open(settings, "lag").and_then([](Sources sources) { return lags_of(sources); });
  if (!lags) return give_up(lags.error());
  std::cout << lag_text(*lags, settings.output, stdout_is_coloured());
  return exit_code::kGood;
}

Result<Overview> overview_of(const Settings& settings, Sources& sources) {
  Overview overview;
  auto schemas = projections::schema_states(sources.postgres, projections::read_model());
  auto paused = projections::pauses(sources.postgres);
  if (!schemas || !paused) return tl::unexpected((schemas ? paused.error() : schemas.error()));
  const projections::RebuildSettings all{.model = projections::read_model(), .log = *sources.log.log, .partitions = settings.partitions,
                                         .connection = {}};
  for (auto& schema : *schemas) {
    const auto progress = projections::measure(all, *sources.log.log, schema.reached);
    if (!progress) return tl::unexpected(progress.error());
    overview.schemas.push_back({std::move(schema), progress->messages_total - progress->messages_done});
    if (overview.schemas.back().state.name != projections::kBuilding) continue;
    auto filling = projections::filling_state(sources.postgres, *sources.log.log, projections::read_model(), settings.partitions);
    if (!filling) return tl::unexpected(filling.error());
    overview.schemas.back().filling = std::move(*filling);
  }
  auto lags = lags_of(sources);
  if (!lags) return tl::unexpected(lags.error());
  overview.lags = std::move(*lags);
  overview.pauses = std::move(*paused);
  return overview;
}

int run_list(const Settings& settings) {
  start_process("ls", "warn");
  const auto overview = Sources::open(settings, "ls").and_then([&](Sources sources) { return overview_of(settings, sources); });
  if (!overview) return give_up(overview.error());
  std::cout << overview_text(*overview, projections::read_model(), settings.output, stdout_is_coloured());
  return exit_code::kGood;
}

int run_checksum(const Settings& settings, const std::string& schema) {
  start_process("checksum", "warn");
  auto options = read_model_connection(settings);
  options.statement_limit = 0ms;  // reading every row may take its time
  auto connection = postgres::Connection::open(options);
  if (!connection) return give_up(connection.error());
  const auto sums = projections::checksums(*connection, schema);
  if (!sums) return give_up(sums.error());
  if (sums->empty()) return give_up({FailureKind::unavailable, fmt::format("there is no schema {}", schema)});
  if (settings.output == "table") {
    for (const auto& sum : *sums) std::cout << fmt::format("{:<20} {:>10} rows  {:016x}\n", sum.table, sum.rows, sum.checksum);
    return exit_code::kGood;
  }
  JsonRows rows(std::cout, settings.output);
  for (const auto& sum : *sums) {
    JsonText json;
    json.open_object().member("table", sum.table).member("rows", sum.rows).member("checksum", fmt::format("{:016x}", sum.checksum));
    rows.add(json.close_object().take());
  }
  return exit_code::kGood;
}

}  // namespace

void add_overview(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* list = app.add_subcommand("ls", "the projections and the schemas of the read model: what stands where, and who is at work");
  list->footer(kListFooter);
  list->callback([&settings, &exit_code] { exit_code = run_list(settings); });
  auto* lag = app.add_subcommand("lag", "how far each projection is behind its streams, in messages, events and seconds");
  lag->footer(kLagFooter);
  lag->callback([&settings, &exit_code] { exit_code = run_lag(settings); });
  auto* checksum = app.add_subcommand("checksum", "one checksum per table: same rows, same checksum");
  checksum->footer(kChecksumFooter);
  const auto schema = std::make_shared<std::string>(projections::kServing);
  checksum->add_option("--schema", *schema, "read, read_next or read_previous");
  checksum->callback([&settings, &exit_code, schema] { exit_code = run_checksum(settings, *schema); });
}

}  // namespace ordo::cli
