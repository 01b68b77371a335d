#include <algorithm>
#include <chrono>
#include <iostream>

#include <poll.h>
#include <unistd.h>

#include "cli/connections.hpp"
#include "cli/event_tail.hpp"
#include "cli/event_text.hpp"
#include "cli/exit_codes.hpp"
#include "cli/interruption.hpp"
#include "cli/json_rows.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"

namespace ordo::cli {
namespace {

constexpr std::chrono::milliseconds kLookAgain{250};

constexpr auto kTailFooter =
    "From now on, or from the beginning of the log; each stream in its order. It ends with Ctrl-C, or when nobody reads it any more.\n"
    "Exit: 0 ended, 1 it could not go on, or --timeout passed before --count was reached.\n"
    "Example: ordo events tail\n"
    "Example: ordo events tail --correlation checkout-42 --count 5 --since-start --timeout 10 --output ndjson";

struct TailOptions {
  std::string correlation_id;
  std::size_t count = 0;  // 0: endless
  bool since_start = false;
  int timeout_seconds = 0;  // 0: endless
};

// A reader of the other end of the pipe that has left is nobody to print for; files and terminals never look like that.
bool somebody_reads() {
  pollfd out{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return ::poll(&out, 1, 0) <= 0 || (out.revents & (POLLERR | POLLNVAL)) == 0;
}

// The next event; nothing when the time is up, nobody reads, or it is told to stop.
std::optional<log::LoggedEvent> next_event(EventTail& events, std::chrono::steady_clock::time_point deadline, const std::stop_token& stop) {
  while (somebody_reads() && !stop.stop_requested()) {
    const auto now = std::chrono::steady_clock::now();
    if (auto logged = events.take(std::min(deadline, now + kLookAgain)); logged || now >= deadline) return logged;
  }
  return std::nullopt;
}

// SIGPIPE is ignored, so a pipe that nobody reads shows here: an end in order, as of everything that is piped into `head`.
int end_of_output() {
  if (!somebody_reads()) return 0;
  std::cerr << "ordo events tail: the output cannot be written\n";
  return exit_code::kFailed;
}

int print_events(EventTail& events, const TailOptions& options, const std::string& output, const std::stop_token& stop) {
  using namespace std::chrono;
  const auto limit = options.timeout_seconds == 0 ? duration_cast<seconds>(hours(24 * 365)) : seconds(options.timeout_seconds);
  const auto deadline = steady_clock::now() + limit;
  std::optional<JsonRows> json;
  if (output != "table") json.emplace(std::cout, output);
  for (std::size_t printed = 0; options.count == 0 || printed < options.count; ++printed) {
    const auto logged = next_event(events, deadline, stop);
    if (!logged && stop.stop_requested()) return exit_code::kGood;
    if (!logged && !somebody_reads()) return end_of_output();
    if (!logged) {
      std::cerr << "ordo events tail: " << printed << " events in " << options.timeout_seconds << " s\n";
      return options.count == 0 ? exit_code::kGood : exit_code::kFailed;
    }
    if (json) {
      json->add(json_line(*logged));
    } else {
      std::cout << text_line(*logged) << '\n';
    }
    std::cout << std::flush;
    if (!std::cout) return end_of_output();
  }
  return 0;
}

int tail(const Settings& settings, const TailOptions& options) {
  start_process("events", "warn");
  const Interruption interruption;
  auto connection = open_log(settings, "events-tail");
  if (!connection) return give_up(connection.error());
  const auto events = EventTail::open(*connection->log, {.partitions = settings.partitions, .since_start = options.since_start,
                                                         .correlation_id = options.correlation_id});
  if (!events) return give_up(events.error());
  return print_events(**events, options, settings.output, interruption.token());
}

}  // namespace

void add_events(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* events = app.add_subcommand("events", "look at the log");
  events->require_subcommand(1);
  events->footer("Example: ordo events search --correlation checkout-42");
  auto* command = events->add_subcommand("tail", "prints events as they are stored, one a line, until Ctrl-C");
  command->footer(kTailFooter);
  auto options = std::make_shared<TailOptions>();
  command->add_option("--correlation", options->correlation_id, "only events with this correlation id");
  command->add_option("--count", options->count, "stop after so many events");
  command->add_flag("--since-start", options->since_start, "from the beginning of the log instead of from now");
  command->add_option("--timeout", options->timeout_seconds, "stop after so many seconds; exit 1 if --count was not reached")
      ->check(CLI::NonNegativeNumber);
  command->callback([&settings, &exit_code, options] { exit_code = tail(settings, *options); });
  add_event_show(*events, settings, exit_code);
  add_event_search(*events, settings, exit_code);
}

}  // namespace ordo::cli
