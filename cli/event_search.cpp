#include <chrono>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/event_text.hpp"
#include "cli/exit_codes.hpp"
#include "cli/interruption.hpp"
#include "cli/json_rows.hpp"
#include "cli/lifetime.hpp"
#include "cli/moment_text.hpp"
#include "cli/settings.hpp"
#include "events/log/event_search.hpp"

namespace ordo::cli {
namespace {

constexpr int kFoundNone = exit_code::kNo;

constexpr auto kFooter =
    "Reads the whole log, at the speed of the disk; --since, --stream and --partition make it shorter. What is found is printed one a\n"
    "line, partition after partition, in each by time.\n"
    "Exit: 0 found, 2 nothing found, 1 the log could not be read to the end.\n"
    "Example: ordo events search --correlation checkout-42\n"
    "Example: ordo events search --type NotificationFailed --since 2026-01-31T00:00:00Z --output ndjson\n"
    "Example: ordo events search --about 0190c3a4-9f2e-7c11-8d33-5be9a1f0c2d4 --stream BILLING";

struct Wanted {
  std::string correlation_id, type, id, about, since, until;
  std::vector<std::string> streams;
  std::optional<log::Partition> partition;
  std::size_t limit = 0;  // 0: all
};

std::optional<log::StreamKind> parse_kind(std::string_view name) {
  const auto found = std::ranges::find(log::kStreamKinds, name, [](log::StreamKind kind) { return log::text(kind); });
  return found == log::kStreamKinds.end() ? std::nullopt : std::optional(*found);
}

std::string check_kind(const std::string& name) {
  return parse_kind(name) ? "" : name + " is no stream: say COMMANDS, USERS, ORDERS, BILLING or NOTIFICATIONS";
}

std::string check_id(const std::string& text) { return parse_uuid(text) ? "" : text + " is no id"; }
std::string check_time(const std::string& text) { return parse_time(text) ? "" : text + " is no time: say 2026-01-31T12:00:00Z"; }

log::EventFilter filter_of(const Wanted& wanted) {
  log::EventFilter filter{.correlation_id = wanted.correlation_id, .type = wanted.type, .partition = wanted.partition};
  if (!wanted.id.empty()) filter.id = EventId::parse(wanted.id);
  if (!wanted.about.empty()) filter.about = parse_uuid(wanted.about);
  if (!wanted.since.empty()) filter.since = parse_time(wanted.since);
  if (!wanted.until.empty()) filter.until = parse_time(wanted.until);
  for (const auto& name : wanted.streams) filter.streams.insert(*parse_kind(name));
  return filter;
}

// About once a second, on stderr.
class ProgressLines {
 public:
  void operator()(const log::SearchProgress& now) {
    const auto time = std::chrono::steady_clock::now();
    if (time - reported_ < std::chrono::seconds(1)) return;
    reported_ = time;
    std::cerr << fmt::format("searching: {} of {} messages\n", now.messages_done, now.messages_total);
  }

 private:
  std::chrono::steady_clock::time_point reported_ = std::chrono::steady_clock::now();
};

int search(const Settings& settings, const Wanted& wanted) {
  start_process("events", "error");
  const Interruption interruption;
  auto connection = open_log(settings, "events-search");
  if (!connection) return give_up(connection.error());
  log::EventSearch events({.log = *connection->log, .partitions = settings.partitions, .filter = filter_of(wanted),
                           .stop = interruption.token(), .report = ProgressLines()});
  std::optional<JsonRows> json;
  if (settings.output != "table") json.emplace(std::cout, settings.output);
  std::size_t found = 0;
  for (; wanted.limit == 0 || found < wanted.limit; ++found) {
    const auto next = events.next();
    if (!next) return give_up(next.error());
    if (!*next) break;
    if (json) {
      json->add(json_line(**next));
    } else {
      std::cout << text_line(**next) << '\n';
    }
    if (!std::cout) return exit_code::kFailed;
  }
  return found == 0 ? kFoundNone : 0;
}

}  // namespace

void add_event_search(CLI::App& events, const Settings& settings, int& exit_code) {
  auto* command = events.add_subcommand("search", "finds events in the whole log");
  command->footer(kFooter);
  const auto wanted = std::make_shared<Wanted>();
  command->add_option("--correlation", wanted->correlation_id, "with this correlation id");
  command->add_option("--about", wanted->about, "that name this id: of an order, a user, an operation, a letter")->check(check_id);
  command->add_option("--id", wanted->id, "the event with this id")->check(check_id);
  command->add_option("--type", wanted->type, "of this type, for example PaymentProcessed");
  command->add_option("--stream", wanted->streams, "of this stream, for example BILLING; may be repeated")->check(check_kind);
  command->add_option("--partition", wanted->partition, "of this partition");
  command->add_option("--since", wanted->since, "from this time on, for example 2026-01-31T12:00:00Z")->check(check_time);
  command->add_option("--until", wanted->until, "until this time")->check(check_time);
  command->add_option("--limit", wanted->limit, "stop after so many");
  command->callback([&settings, &exit_code, wanted] { exit_code = search(settings, *wanted); });
}

}  // namespace ordo::cli
