#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/confirmation.hpp"
#include "cli/exit_codes.hpp"
#include "cli/lifetime.hpp"
#include "cli/operator_record.hpp"
#include "cli/parked_desk.hpp"
#include "cli/parked_text.hpp"
#include "cli/settings.hpp"

namespace ordo::cli {
namespace {

constexpr int kLeft = exit_code::kFailed;
constexpr int kNothingParked = exit_code::kNo;

constexpr const char* kFooter =
    "An input that cannot be decided is tried three times and then parked, with all that comes behind it under the same order or user, in\n"
    "that order; everything else goes on. Repair what was wrong (often: run the newer version), then `retry`; or `discard` what can never\n"
    "be decided. Both are recorded with who and why. The read model parks what it cannot show likewise (context projections).\n"
    "Example: ordo parked list";

constexpr const char* kListFooter =
    "Exit: 0 shown, 1 it could not be read.\n"
    "Example: ordo parked list --context billing --output ndjson";
constexpr const char* kShowFooter =
    "Exit: 0 shown, 2 nothing is parked under that id, 1 it could not be read.\n"
    "Example: ordo parked show 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4";
constexpr const char* kRetryFooter =
    "Exit: 0 nothing is parked under that id any more, 1 something still is or nobody answered, 2 nothing was.\n"
    "Example: ordo parked retry 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4 --reason 'version 2.1 runs now'\n"
    "Example: ordo parked retry --all --context projections --reason 'the disk has room again'";
constexpr const char* kDiscardFooter =
    "It asks first: what is discarded is never decided, though it stays in its stream.\n"
    "Exit: 0 nothing is parked under that id any more, 1 something still is, nobody answered, or it was not confirmed, 2 nothing was.\n"
    "Example: ordo parked discard 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4 --reason 'test traffic'\n"
    "Example: ordo parked discard 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4 --all --yes --reason 'nobody can read it'";

// What the command line says.
struct Wanted : WantedParked {
  std::string reason;
  bool all = false;
  bool yes = false;
};

Result<ParkedDesk> open_desk(const Settings& settings) {
  start_process("parked", "warn");
  return ParkedDesk::open(settings);
}

int list(const Settings& settings, const Wanted& wanted) {
  const auto parked = open_desk(settings).and_then([&](ParkedDesk desk) { return desk.find(wanted); });
  if (!parked) return give_up(parked.error());
  std::vector<ParkedRow> rows;
  for (const auto& key : parked->of_owners) rows.push_back(row_of(key));
  for (const auto& queue : parked->of_lanes) rows.push_back(row_of(queue));
  print(rows, settings.output);
  return 0;
}

int nothing_parked(const Wanted& wanted) {
  std::cerr << fmt::format("ordo: nothing is parked under {}; `ordo parked list` shows what is\n", wanted.id);
  return kNothingParked;
}

int show(const Settings& settings, const Wanted& wanted) {
  const auto parked = open_desk(settings).and_then([&](ParkedDesk desk) { return desk.find(wanted); });
  if (!parked) return give_up(parked.error());
  if (parked->empty()) return nothing_parked(wanted);
  InputRows rows(settings.output);
  for (const auto& key : parked->of_owners) rows.add(row_of(key), key.queue);
  for (const auto& queue : parked->of_lanes) rows.add(row_of(queue));
  return 0;
}

// The owners first: what they decide, the read model sees next.
ActOutcome release_all(ParkedDesk& desk, const Parked& parked, const Settings& settings, const Wanted& wanted, parking::Discard discard) {
  ReleaseRows rows(settings.output);
  ReleaseRow sum;
  const auto release = [&](const auto& each) -> std::optional<Failure> {
    const auto released = desk.release(each, discard, wanted.reason);
    if (!released) return released.error();
    rows.add(row_of(each), *released);
    sum.discarded += released->discarded;
    sum.decided += released->decided;
    sum.left += released->left;
    return std::nullopt;
  };
  const auto so_far = [&sum] { return fmt::format("{} discarded, {} decided, {} left", sum.discarded, sum.decided, sum.left); };
  const auto broken_off = [&](const Failure& failed) { return ActOutcome{give_up(failed), so_far() + "; then " + failed.text}; };
  for (const auto& key : parked.of_owners) {
    if (const auto failed = release(key)) return broken_off(*failed);
  }
  for (const auto& queue : parked.of_lanes) {
    if (const auto failed = release(queue)) return broken_off(*failed);
  }
  return {sum.left > 0 ? kLeft : exit_code::kGood, so_far()};
}

// "0197f0aa-… --context billing --all"
std::string arguments_of(const Wanted& wanted) {
  auto arguments = wanted.id;
  if (!wanted.context.empty()) arguments += (arguments.empty() ? "--context " : " --context ") + wanted.context;
  if (wanted.all) arguments += arguments.empty() ? "--all" : " --all";
  return arguments;
}

std::string loss_of(const Parked& parked, const Wanted& wanted) {
  std::uint64_t inputs = 0;
  for (const auto& key : parked.of_owners) inputs += key.queue.size();
  for (const auto& queue : parked.of_lanes) inputs += queue.events;
  const auto which = wanted.all ? fmt::format("all {}", inputs) : fmt::format("the first of {}", inputs);
  return fmt::format("this throws away {} inputs that are parked under {}", which, wanted.id);
}

int release_all(const Settings& settings, const Wanted& wanted, parking::Discard discard) {
  auto desk = open_desk(settings);
  if (!desk) return give_up(desk.error());
  const auto parked = desk->find(wanted);
  if (!parked) return give_up(parked.error());
  if (parked->empty() && !wanted.id.empty()) return nothing_parked(wanted);
  const bool discards = discard != parking::Discard::none;
  if (discards && !confirmed(wanted.yes, loss_of(*parked, wanted))) return exit_code::kFailed;
  const Act act{actor_of(settings.actor), discards ? "parked discard" : "parked retry", arguments_of(wanted), wanted.reason};
  return record_act(desk->log(), act, [&] { return release_all(*desk, *parked, settings, wanted, discard); });
}

CLI::Option* add_id(CLI::App& command, Wanted& wanted) {
  return command.add_option("id", wanted.id, "an order's id, or a user's")->check([](const std::string& id) {
    return parse_uuid(id) ? std::string() : "an id looks like 0197f0aa-7c1b-7def-8a12-3456789abcde";
  });
}

void add_reason(CLI::App& command, Wanted& wanted) {
  command.add_option("--reason", wanted.reason, "why, for the record")->required()->check([](const std::string& reason) {
    return !reason.empty() && reason.size() <= 500 ? std::string() : "a reason has 1 to 500 bytes";
  });
}

}  // namespace

void add_parked(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("parked", "inputs that could not be decided: which, why, and what becomes of them");
  command->require_subcommand(1);
  command->footer(kFooter);
  const auto wanted = std::make_shared<Wanted>();
  auto* listing = command->add_subcommand("list", "one line per order or user that has some");
  listing->footer(kListFooter);
  listing->callback([&settings, &exit_code, wanted] { exit_code = list(settings, *wanted); });
  auto* showing = command->add_subcommand("show", "every input that is parked under an id, in its order");
  showing->footer(kShowFooter);
  add_id(*showing, *wanted)->required();
  showing->callback([&settings, &exit_code, wanted] { exit_code = show(settings, *wanted); });

  auto* retrying = command->add_subcommand("retry", "has what is parked decided now, in its order, up to the first that still cannot be");
  retrying->footer(kRetryFooter);
  auto* id = add_id(*retrying, *wanted);
  add_reason(*retrying, *wanted);
  auto* everything = retrying->add_flag("--all", wanted->all, "whatever is parked, instead of one id's")->excludes(id);
  retrying->callback([&settings, &exit_code, wanted, id, everything] {
    if (id->empty() && everything->empty()) throw CLI::RequiredError("an id, or --all,");
    exit_code = release_all(settings, *wanted, parking::Discard::none);
  });

  auto* discarding = command->add_subcommand("discard", "throws the first input away, and has those behind it decided");
  discarding->footer(kDiscardFooter);
  add_id(*discarding, *wanted)->required();
  add_reason(*discarding, *wanted);
  discarding->add_flag("--all", wanted->all, "throws all of them away");
  discarding->add_flag("--yes", wanted->yes, kYesHelp);
  discarding->callback([&settings, &exit_code, wanted] {
    exit_code = release_all(settings, *wanted, wanted->all ? parking::Discard::all : parking::Discard::first);
  });
  for (auto* each : {listing, showing, retrying, discarding}) {
    each->add_option("--context", wanted->context, "only what this one has parked")
        ->check(CLI::IsMember({"orders", "billing", "notifications", kProjectionsContext}));
  }
}

}  // namespace ordo::cli
