#include <iostream>
#include <memory>

#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/parked_keys.hpp"
#include "cli/parked_text.hpp"
#include "cli/settings.hpp"
#include "projections/read_model.hpp"
#include "projections/runtime/release.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr int kLeft = 1;
constexpr int kNothingParked = 2;
constexpr auto kAnswerLimit = 30s;
constexpr const char* kProjections = "projections";

constexpr const char* kFooter =
    "An input that cannot be decided is tried three times and then parked, with all that comes behind it under the same order or user, in\n"
    "that order; everything else goes on. Repair what was wrong (often: run the newer version), then `retry`; or `discard` what can never\n"
    "be decided. Both are recorded with who and why. The read model parks what it cannot show likewise (context projections).\n"
    "Examples:\n"
    "  ordo parked list\n"
    "  ordo parked show 0197f0aa-…\n"
    "  ordo parked retry 0197f0aa-… --reason 'version 2.1 runs now'\n"
    "  ordo parked discard 0197f0aa-… --reason 'test traffic'\n"
    "Exit codes: 0 done, 1 something is still parked or nobody answered, 2 nothing is parked under that id.";

// What the command line says.
struct Wanted {
  std::string id;
  std::string context;
  std::string reason;
  bool all = false;
};

std::string operator_name() {
  if (const char* name = std::getenv("SUDO_USER"); name != nullptr && *name != '\0') return name;
  const auto* entry = getpwuid(geteuid());
  return entry == nullptr ? std::to_string(geteuid()) : entry->pw_name;
}

// What is parked where, and what an operator may do about it.
struct Parked {
  std::vector<ParkedKey> of_owners;
  std::vector<projections::ParkedQueue> of_lanes;

  [[nodiscard]] bool empty() const { return of_owners.empty() && of_lanes.empty(); }
};

ParkedRow row_of(const ParkedKey& parked) {
  return {log::text(parked.output), parked.key, parked.queue.size(), parked.queue.front().fault};
}

ParkedRow row_of(const projections::ParkedQueue& queue) {
  return {fmt::format("projections/{} {}", queue.lane, log::text(queue.stream)), queue.key, queue.events, queue.fault};
}

// The log, and Postgres if it can be had: without it what the read model has parked is not known.
class Desk {
 public:
  static Result<Desk> open(const Settings& settings) {
    start_process("parked", "warn");
    auto log = open_log(settings, "parked");
    if (!log) return tl::unexpected(log.error());
    auto postgres = postgres::Connection::open({.url = settings.postgres_url, .application_name = "ordo-parked"});
    if (!postgres) std::cerr << "ordo: the read model cannot be asked: " << postgres.error().text << '\n';
    return Desk(settings, std::move(*log), postgres ? std::optional(std::move(*postgres)) : std::nullopt);
  }

  Result<Parked> find(const Wanted& wanted) {
    Parked parked;
    if (wanted.context != kProjections) {
      auto keys = parked_keys(*log_.log, settings_.partitions, wanted.id);
      if (!keys) return tl::unexpected(keys.error());
      std::erase_if(*keys, [&](const ParkedKey& each) {
        return !wanted.context.empty() && CLI::detail::to_lower(std::string(log::text(each.output.kind))) != wanted.context;
      });
      parked.of_owners = std::move(*keys);
    }
    if (postgres_ && (wanted.context.empty() || wanted.context == kProjections)) {
      auto queues = projections::parked_queues(*postgres_, projections::kServing, parse_uuid(wanted.id));
      if (!queues) return tl::unexpected(queues.error());
      parked.of_lanes = std::move(*queues);
    }
    return parked;
  }

  // Again as long as it goes on: only so much is decided at once.
  Result<ReleaseRow> release(const ParkedKey& parked, const Wanted& wanted, parking::Discard discard) {
    parking::ReleaseRequested request{parked.output.kind, parked.key, discard, operator_name(), wanted.reason, parked.queue.front().event.id};
    for (ReleaseRow sum;; request.discard = parking::Discard::none, request.first.reset()) {
      const auto released = release_parked(*log_.log, parked.output, request, kAnswerLimit);
      if (!released) return tl::unexpected(released.error());
      if (request.discard != parking::Discard::none && released->discarded == 0 && released->left > 0) {
        return failure(FailureKind::conflict, "another input stands first by now: look again with `ordo parked show`");
      }
      sum.discarded += released->discarded;
      sum.decided += released->decided;
      sum.left = released->left;
      if (released->fault) sum.reason = released->fault->reason;
      if (sum.left == 0 || sum.reason) return sum;
    }
  }

  Result<ReleaseRow> release(const projections::ParkedQueue& queue, const Wanted& wanted, parking::Discard discard) {
    projections::ReleaseOrder order{discard, operator_name(), wanted.reason};
    for (ReleaseRow sum;; order.discard = parking::Discard::none) {
      const auto released =
          projections::release({.model = projections::read_model(), .log = *log_.log, .connection = *postgres_}, queue, order);
      if (!released) return tl::unexpected(released.error());
      sum.discarded += released->discarded;
      sum.decided += released->applied;
      sum.left = released->left;
      sum.reason = released->reason;
      if (sum.left == 0 || sum.reason) return sum;
    }
  }

 private:
  Desk(const Settings& settings, LogConnection log, std::optional<postgres::Connection> postgres)
      : settings_(settings), log_(std::move(log)), postgres_(std::move(postgres)) {}

  const Settings& settings_;
  LogConnection log_;
  std::optional<postgres::Connection> postgres_;
};

int list(const Settings& settings, const Wanted& wanted) {
  const auto parked = Desk::open(settings).and_then([&](Desk desk) { return desk.find(wanted); });
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
  const auto parked = Desk::open(settings).and_then([&](Desk desk) { return desk.find(wanted); });
  if (!parked) return give_up(parked.error());
  if (parked->empty()) return nothing_parked(wanted);
  for (const auto& key : parked->of_owners) print(row_of(key), key.queue, settings.output);
  for (const auto& queue : parked->of_lanes) print(std::vector{row_of(queue)}, settings.output);
  return 0;
}

// The owners first: what they decide, the read model sees next.
int release_all(const Settings& settings, const Wanted& wanted, parking::Discard discard) {
  auto desk = Desk::open(settings);
  if (!desk) return give_up(desk.error());
  const auto parked = desk->find(wanted);
  if (!parked) return give_up(parked.error());
  if (parked->empty() && !wanted.id.empty()) return nothing_parked(wanted);
  bool left = false;
  const auto release = [&](const auto& each) -> std::optional<Failure> {
    const auto released = desk->release(each, wanted, discard);
    if (!released) return released.error();
    print(row_of(each), *released, settings.output);
    left = left || released->left > 0;
    return std::nullopt;
  };
  for (const auto& key : parked->of_owners) {
    if (const auto failed = release(key)) return give_up(*failed);
  }
  for (const auto& queue : parked->of_lanes) {
    if (const auto failed = release(queue)) return give_up(*failed);
  }
  return left ? kLeft : 0;
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
  listing->callback([&settings, &exit_code, wanted] { exit_code = list(settings, *wanted); });
  auto* showing = command->add_subcommand("show", "every input that is parked under an id, in its order");
  add_id(*showing, *wanted)->required();
  showing->callback([&settings, &exit_code, wanted] { exit_code = show(settings, *wanted); });

  auto* retrying = command->add_subcommand("retry", "has what is parked decided now, in its order, up to the first that still cannot be");
  auto* id = add_id(*retrying, *wanted);
  add_reason(*retrying, *wanted);
  auto* everything = retrying->add_flag("--all", wanted->all, "whatever is parked, instead of one id's")->excludes(id);
  retrying->callback([&settings, &exit_code, wanted, id, everything] {
    if (id->empty() && everything->empty()) throw CLI::RequiredError("an id, or --all,");
    exit_code = release_all(settings, *wanted, parking::Discard::none);
  });

  auto* discarding = command->add_subcommand("discard", "throws the first input away, and has those behind it decided");
  add_id(*discarding, *wanted)->required();
  add_reason(*discarding, *wanted);
  discarding->add_flag("--all", wanted->all, "throws all of them away");
  discarding->callback([&settings, &exit_code, wanted] {
    exit_code = release_all(settings, *wanted, wanted->all ? parking::Discard::all : parking::Discard::first);
  });
  for (auto* each : {listing, showing, retrying, discarding}) {
    each->add_option("--context", wanted->context, "only what this one has parked")
        ->check(CLI::IsMember({"orders", "billing", "notifications", kProjections}));
  }
}

}  // namespace ordo::cli
