#include <algorithm>
#include <iostream>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"
#include "events/vocabulary/json_text.hpp"
#include "projections/read_model.hpp"
#include "projections/verification/log_audit.hpp"
#include "projections/verification/read_model_comparison.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr int kDiffers = exit_code::kNo;

constexpr auto kFooter =
    "Prints one row per check: what was looked at, how much, and whether it is sound; then the first difference of each.\n"
    "Exit: 0 everything is sound, 2 something differs, 1 it could not be checked (the log or Postgres is away, or Ctrl-C).\n"
    "It changes nothing, and takes about the time and room of `ordo projections rebuild`.\n"
    "Example: ordo verify --output json || echo 'look at it'";

void print_progress(const projections::ProgressNote& note) {
  if (note.messages_total == 0) {
    std::cerr << fmt::format("verify: {}\n", note.step);
    return;
  }
  const auto percent = 100 * note.messages_done / note.messages_total;
  std::cerr << fmt::format("verify: {}: {:3} % of {} messages, {} events\n", note.step, percent, note.messages_total, note.events);
}

std::string json_of(const projections::Check& check) {
  JsonText json;
  json.open_object().member("check", check.name).member("count", check.count).member("unit", check.unit);
  json.member("sound", !check.finding.has_value());
  if (!check.detail.empty()) json.member("detail", check.detail);
  if (const auto& finding = check.finding) {
    json.key("difference").open_object().member("where", finding->where).member("rule", finding->rule);
    json.member("expected", finding->expected).member("found", finding->found).close_object();
  }
  return json.close_object().take();
}

bool all_sound(const projections::Checks& checks) {
  return std::ranges::none_of(checks, [](const auto& check) { return check.finding.has_value(); });
}

void print_json(const projections::Checks& checks) {
  JsonText json;
  json.open_object().member("sound", all_sound(checks)).key("checks").open_array();
  for (const auto& check : checks) json.raw(json_of(check));
  std::cout << json.close_array().close_object().take() << '\n';
}

void print_table(const projections::Checks& checks) {
  std::cout << fmt::format("{:<28} {:>12} {:<8} {}\n", "CHECK", "COUNT", "UNIT", "RESULT");
  for (const auto& check : checks) {
    std::cout << fmt::format("{:<28} {:>12} {:<8} {}{}\n", check.name, check.count, check.unit, check.finding ? "DIFFERS" : "sound",
                             check.detail.empty() ? "" : ": " + check.detail);
  }
  for (const auto& check : checks) {
    if (!check.finding) continue;
    const auto& [where, rule, expected, found] = *check.finding;
    std::cout << fmt::format("\n{}\n  rule      {}\n", where, rule);
    if (!expected.empty()) std::cout << fmt::format("  expected  {}\n", expected);
    std::cout << fmt::format("  found     {}\n", found);
  }
}

void print(const projections::Checks& checks, const std::string& output) {
  if (output == "table") return print_table(checks);
  if (output == "json") return print_json(checks);
  for (const auto& check : checks) std::cout << json_of(check) << '\n';
}

Result<projections::Checks> check_log(const Settings& settings, log::EventLog& log, const std::stop_token& stop) {
  projections::Progress progress(print_progress);
  return projections::audit_log({.log = log, .partitions = settings.partitions, .stop = stop}, progress);
}

Result<projections::Checks> check_all(const Settings& settings, log::EventLog& log, const std::stop_token& stop) {
  // First: the log may take its time, and be read for nothing.
  auto connection = postgres::Connection::open(
      {.url = settings.postgres_url, .application_name = "ordo-verify", .statement_limit = 0ms});
  if (!connection) return tl::unexpected(connection.error());
  auto checks = check_log(settings, log, stop);
  if (!checks) return checks;
  projections::Progress progress(print_progress);
  const auto compared = projections::compare_read_model(
      {.model = projections::read_model(), .log = log, .connection = *connection, .stop = stop}, progress);
  if (!compared) return tl::unexpected(compared.error());
  checks->insert(checks->end(), compared->begin(), compared->end());
  return checks;
}

int verify(const Settings& settings, bool log_only) {
  start_process("verify", "critical");  // what is wrong is in the result
  const Interruption interruption;
  auto connection = open_log(settings, "verify");
  if (!connection) return give_up(connection.error());
  auto& log = *connection->log;
  const auto stop = interruption.token();
  const auto checks = log_only ? check_log(settings, log, stop) : check_all(settings, log, stop);
  if (!checks) return give_up(checks.error());
  print(*checks, settings.output);
  return all_sound(*checks) ? 0 : kDiffers;
}

}  // namespace

void add_verify(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("verify", "adds up the log a second time and compares it with the read model; works while all runs");
  command->footer(kFooter);
  const auto log_only = std::make_shared<bool>(false);
  command->add_flag("--log-only", *log_only, "leave the read model out: for a copy of the log's store");
  command->callback([&settings, &exit_code, log_only] { exit_code = verify(settings, *log_only); });
}

}  // namespace ordo::cli
