#include <iostream>
#include <memory>

#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "cli/parked_keys.hpp"
#include "cli/settings.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr int kLeft = 1;
constexpr int kNothingParked = 2;
constexpr auto kAnswerLimit = 30s;

constexpr const char* kFooter =
    "An input that cannot be decided is tried three times and then parked, with all that comes behind it under the same order or user, in\n"
    "that order; everything else goes on. Repair what was wrong (often: run the newer version), then `retry`; or `discard` what can never\n"
    "be decided. Both are recorded with who and why in the log.\n"
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

// The first input's fault explains the others.
std::string json_of(const ParkedKey& parked) {
  JsonText json;
  json.open_object().member("owner", log::text(parked.output)).member("user_id", parked.key.user.text());
  if (parked.key.order) json.member("order_id", parked.key.order->text());
  json.member("inputs", parked.queue.size());
  if (const auto& fault = parked.queue.front().fault) {
    json.member("attempts", fault->attempts).member("first_failed_at", text(fault->first_failed));
    json.member("last_failed_at", text(fault->last_failed)).member("reason", fault->reason);
  }
  return json.close_object().take();
}

std::string json_of(const runtime::ParkedInput& input) {
  JsonText json;
  json.open_object().member("stream", log::text(input.place.stream)).member("sequence", input.place.position.sequence);
  json.member("index", input.place.position.index).member("type", input.event.payload.type).member("id", input.event.id.text());
  json.member("time", text(input.event.time)).member("correlation_id", input.event.trace.correlation_id);
  json.member("payload_bytes", input.event.payload.bytes.size());
  if (input.fault) {
    json.member("attempts", input.fault->attempts).member("first_failed_at", text(input.fault->first_failed));
    json.member("last_failed_at", text(input.fault->last_failed)).member("reason", input.fault->reason);
  }
  return json.close_object().take();
}

void print_row(const ParkedKey& parked) {
  const auto& fault = parked.queue.front().fault;
  std::cout << fmt::format("{:<16} {:<42} {:>6} {:>8} {:<24} {:<24} {}\n", log::text(parked.output), log::text(parked.key),
                           parked.queue.size(), fault ? fault->attempts : 0, fault ? text(fault->first_failed) : "",
                           fault ? text(fault->last_failed) : "", fault ? fault->reason : "waits to be retried");
}

void print_row(const runtime::ParkedInput& input) {
  const auto place = fmt::format("{} {}.{}", log::text(input.place.stream), input.place.position.sequence, input.place.position.index);
  std::cout << fmt::format("{:<20} {:<28} {:<24} {:<36} {}\n", place, input.event.payload.type, text(input.event.time),
                           input.event.trace.correlation_id,
                           input.fault ? fmt::format("{} attempts: {}", input.fault->attempts, input.fault->reason) : "waits behind it");
}

template <class Rows>
void print(const Rows& rows, const std::string& output, const std::string& head) {
  if (output == "table") {
    std::cout << head;
    for (const auto& row : rows) print_row(row);
    return;
  }
  const char* separator = output == "json" ? "[" : "";
  for (const auto& row : rows) {
    std::cout << separator << json_of(row);
    separator = output == "json" ? ",\n" : "\n";
  }
  if (output == "json") std::cout << (rows.empty() ? "[]" : "]");
  if (output == "json" || !rows.empty()) std::cout << '\n';
}

Result<std::vector<ParkedKey>> find(const Settings& settings, log::EventLog& log, const Wanted& wanted) {
  auto keys = parked_keys(log, settings.partitions, wanted.id);
  if (keys && !wanted.context.empty()) {
    std::erase_if(*keys, [&](const ParkedKey& parked) {
      return CLI::detail::to_lower(std::string(log::text(parked.output.kind))) != wanted.context;
    });
  }
  return keys;
}

int list(const Settings& settings, const Wanted& wanted) {
  start_process("parked", "warn");
  auto connection = open_log(settings, "parked");
  if (!connection) return give_up(connection.error());
  const auto keys = find(settings, *connection->log, wanted);
  if (!keys) return give_up(keys.error());
  print(*keys, settings.output,
        fmt::format("{:<16} {:<42} {:>6} {:>8} {:<24} {:<24} REASON\n", "OWNER", "KEY", "INPUTS", "ATTEMPTS", "FIRST FAILED", "LAST FAILED"));
  return 0;
}

int nothing_parked(const Wanted& wanted) {
  std::cerr << fmt::format("ordo: nothing is parked under {}; `ordo parked list` shows what is\n", wanted.id);
  return kNothingParked;
}

int show(const Settings& settings, const Wanted& wanted) {
  start_process("parked", "warn");
  auto connection = open_log(settings, "parked");
  if (!connection) return give_up(connection.error());
  const auto keys = find(settings, *connection->log, wanted);
  if (!keys) return give_up(keys.error());
  if (keys->empty()) return nothing_parked(wanted);
  for (const auto& parked : *keys) {
    print(parked.queue, settings.output,
          fmt::format("{}, {}\n{:<20} {:<28} {:<24} {:<36} STATE\n", log::text(parked.key), log::text(parked.output), "PLACE", "TYPE", "TIME",
                      "CORRELATION ID"));
  }
  return 0;
}

// Again as long as it goes on: an owner decides only so many at once.
Result<parking::ParkedReleased> release(log::EventLog& log, const ParkedKey& parked, parking::ReleaseRequested request) {
  parking::ParkedReleased sum{.key = parked.key};
  while (true) {
    const auto released = release_parked(log, parked.output, request, kAnswerLimit);
    if (!released) return released;
    if (request.discard != parking::Discard::none && released->discarded == 0 && released->left > 0) {
      return failure(FailureKind::conflict, "another input stands first by now: look again with `ordo parked show`");
    }
    sum.discarded += released->discarded;
    sum.decided += released->decided;
    sum.left = released->left;
    sum.fault = released->fault;
    if (sum.left == 0 || sum.fault) return sum;
    request.discard = parking::Discard::none;
    request.first.reset();
  }
}

void print_outcome(const Settings& settings, const ParkedKey& parked, const parking::ParkedReleased& released) {
  if (settings.output != "table") {
    JsonText json;
    json.open_object().member("owner", log::text(parked.output)).member("key", log::text(parked.key));
    json.member("discarded", released.discarded).member("decided", released.decided).member("left", released.left);
    if (released.fault) json.member("reason", released.fault->reason);
    std::cout << json.close_object().take() << '\n';
    return;
  }
  std::cout << fmt::format("{} {}: {} discarded, {} decided, {} still parked{}\n", log::text(parked.output), log::text(parked.key),
                           released.discarded, released.decided, released.left, released.fault ? ": " + released.fault->reason : "");
}

int release_all(const Settings& settings, const Wanted& wanted, parking::Discard discard) {
  start_process("parked", "warn");
  auto connection = open_log(settings, "parked");
  if (!connection) return give_up(connection.error());
  const auto keys = find(settings, *connection->log, wanted);
  if (!keys) return give_up(keys.error());
  if (keys->empty() && !wanted.id.empty()) return nothing_parked(wanted);
  bool left = false;
  for (const auto& parked : *keys) {
    const auto released =
        release(*connection->log, parked,
                {parked.output.kind, parked.key, discard, operator_name(), wanted.reason, parked.queue.front().event.id});
    if (!released) return give_up(released.error());
    print_outcome(settings, parked, *released);
    left = left || released->left > 0;
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
    each->add_option("--context", wanted->context, "only what this owner has parked")
        ->check(CLI::IsMember({"orders", "billing", "notifications"}));
  }
}

}  // namespace ordo::cli
