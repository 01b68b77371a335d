#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/lifetime.hpp"
#include "cli/moment_text.hpp"
#include "cli/operator_record.hpp"
#include "cli/projections.hpp"
#include "cli/rebuild_text.hpp"
#include "projections/read_model.hpp"

namespace ordo::cli {
namespace {

constexpr auto kRebuildFooter =
    "Fills new tables from the first event on while the old ones serve, then swaps them in one transaction; the old ones stay for\n"
    "`rollback`. NAME: only these projections are made anew, the rows of the others are kept as they are. Stopped by Ctrl-C or killed,\n"
    "it goes on where it was when it is run again in the same way. --to-position: read_next then holds what had led to that event.\n"
    "Exit: 0 done, 1 stopped or not possible; stderr says why. With --dry-run: 0.\n"
    "Example: ordo projections rebuild --dry-run\n"
    "Example: ordo projections rebuild orders --reason 'totals were wrong'\n"
    "Example: ordo projections rebuild --no-swap && ordo projections diff\n"
    "Example: ordo projections rebuild --to-position ORDERS-2@17.3";

constexpr auto kSwapFooter =
    "Catches up what `ordo projections rebuild --no-swap` has filled, and puts it in the place of what serves. Readers see no\n"
    "error and no gap.\n"
    "Exit: 0 done, 1 stopped or not possible; stderr says why.\n"
    "Example: ordo projections swap --reason 'the new totals are right'";

struct Wanted {
  std::vector<std::string> names;
  std::vector<std::string> positions;
  std::string reason;
  bool restart = false;
  bool dry_run = false;
  bool no_swap = false;
  bool only_swap = false;
};

std::string arguments_of(const Wanted& wanted) {
  auto arguments = wanted.names;
  if (wanted.restart) arguments.push_back("--restart");
  if (wanted.no_swap) arguments.push_back("--no-swap");
  for (const auto& position : wanted.positions) arguments.push_back("--to-position " + position);
  return fmt::format("{}", fmt::join(arguments, " "));
}

std::string check_position(const std::string& text) {
  const auto moment = parse_moment(text);
  if (moment && std::holds_alternative<std::vector<log::StreamPosition>>(*moment)) return "";
  return "a position is a place like ORDERS-2@17.3, or an Ordo-Position";
}

// What lies up to these places and had led to what stands there, of the streams that are read here.
Result<log::Ends> ends_of(log::EventLog& log, const std::vector<std::string>& positions) {
  std::vector<log::StreamPosition> places;
  for (const auto& position : positions) {
    const auto moment = parse_moment(position);  // it was checked
    for (const auto& place : std::get<std::vector<log::StreamPosition>>(*moment)) places.push_back(place);
  }
  return projections::Moment::at(log, places).map([](const projections::Moment& moment) {
    log::Ends ends;
    for (const auto& [stream, end] : *moment.ends()) {
      const auto reads = [&](const projections::LaneDefinition& lane) {
        return std::ranges::find(lane.inputs, stream.kind) != lane.inputs.end();
      };
      if (std::ranges::any_of(projections::read_model().lanes, reads)) ends[stream] = end;
    }
    return ends;
  });
}

Result<projections::RebuildSettings> settings_of(const Settings& settings, const Wanted& wanted, log::EventLog& log) {
  projections::RebuildSettings rebuild{.model = projections::read_model(), .log = log, .partitions = settings.partitions,
                                       .connection = read_model_connection(settings)};
  rebuild.restart = wanted.restart;
  rebuild.swap = !wanted.no_swap && wanted.positions.empty();
  rebuild.only_go_on = wanted.only_swap;
  rebuild.lanes = {wanted.names.begin(), wanted.names.end()};
  if (wanted.positions.empty()) return rebuild;
  return ends_of(log, wanted.positions).map([&](log::Ends ends) {
    rebuild.until = std::move(ends);
    return rebuild;
  });
}

int dry_run(const Settings& settings, const projections::RebuildSettings& rebuild) {
  const auto plan = projections::plan_rebuild(rebuild);
  if (!plan) return give_up(plan.error());
  std::cout << (settings.output == "table" ? plan_text(*plan) : plan_json(*plan));
  return exit_code::kGood;
}

std::string whereabouts(const projections::RebuildSettings& rebuild) {
  using namespace projections;
  if (rebuild.until) return fmt::format("schema {} holds {}", kBuilding, note_of(rebuild));
  if (rebuild.swap) return fmt::format("the tables from before stand in schema {}", kPrevious);
  return fmt::format("the new tables stand in schema {}: `ordo projections diff`, `ordo projections swap`", kBuilding);
}

ActOutcome run(projections::RebuildSettings rebuild, const std::string& output) {
  RebuildDisplay display(std::cerr, ::isatty(STDERR_FILENO) == 1);
  rebuild.report = [&display](const projections::RebuildProgress& progress) { display.show(progress); };
  const auto rebuilt = projections::rebuild(rebuild);
  display.end();
  if (!rebuilt) return {give_up(rebuilt.error()), rebuilt.error().text};
  if (!rebuilt->finished) {
    std::cerr << "rebuild: stopped before its end, what serves is as it was; run it again to go on from here, with --restart to begin "
                 "anew\n";
    return {exit_code::kFailed, "stopped before its end"};
  }
  const auto said = end_text(*rebuilt);
  std::cerr << fmt::format("{}; {}\n", said, whereabouts(rebuild));
  if (output != "table") std::cout << end_json(*rebuilt);
  return {exit_code::kGood, said};
}

int run_rebuild(const Settings& settings, const Wanted& wanted) {
  start_process("rebuild", settings.log_level);
  Lifetime lifetime("rebuild", "");
  auto connection = open_log(settings, "rebuild");
  if (!connection) return give_up(connection.error());
  auto rebuild = settings_of(settings, wanted, *connection->log);
  if (!rebuild) return give_up(rebuild.error());
  rebuild->goes_on = [&lifetime] { return !lifetime.told_to_stop(); };
  if (wanted.dry_run) return dry_run(settings, *rebuild);
  const Act act{actor_of(settings.actor), wanted.only_swap ? "projections swap" : "projections rebuild", arguments_of(wanted), wanted.reason};
  return record_act(*connection->log, act, [&] { return run(*rebuild, settings.output); });
}

}  // namespace

void add_rebuild(CLI::App& app, const Settings& settings, int& exit_code) {
  const auto wanted = std::make_shared<Wanted>();
  auto* rebuild = app.add_subcommand("rebuild", "makes the read model anew from the log while the old one serves, then swaps them");
  rebuild->footer(kRebuildFooter);
  const auto known = fmt::format("only these: {}", fmt::join(all_projections(), ", "));
  auto* names = rebuild->add_option("name", wanted->names, known);
  names->check(check_projection);
  rebuild->add_flag("--dry-run", wanted->dry_run, "says what would be done, and does nothing");
  rebuild->add_flag("--no-swap", wanted->no_swap, "leaves the new tables in read_next, for `diff` and `swap`");
  rebuild->add_option("--to-position", wanted->positions, "fills read_next up to this event and what had led to it; may be repeated")
      ->check(check_position)
      ->excludes(names);
  rebuild->add_flag("--restart", wanted->restart, "begin with empty tables, though a rebuild that was stopped has left some");
  rebuild->add_option("--reason", wanted->reason, "why, for the record");
  rebuild->callback([&settings, &exit_code, wanted] { exit_code = run_rebuild(settings, *wanted); });

  const auto swapped = std::make_shared<Wanted>();
  swapped->only_swap = true;
  auto* swap = app.add_subcommand("swap", "puts the tables that a rebuild has left in read_next in the place of those that serve");
  swap->footer(kSwapFooter);
  swap->add_option("--reason", swapped->reason, "why, for the record");
  swap->callback([&settings, &exit_code, swapped] { exit_code = run_rebuild(settings, *swapped); });
}

}  // namespace ordo::cli
