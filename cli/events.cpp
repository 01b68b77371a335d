#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iostream>
#include <mutex>

#include <unistd.h>

#include "cli/connections.hpp"
#include "cli/event_text.hpp"
#include "cli/lifetime.hpp"
#include "cli/settings.hpp"

namespace ordo::cli {
namespace {

struct TailOptions {
  std::string correlation_id;
  std::size_t count = 0;  // 0: endless
  bool since_start = false;
  int timeout_seconds = 0;  // 0: endless
};

// Where the readers' threads put what they see and the main thread takes it. Bounded: the readers wait.
class SeenQueue {
 public:
  void put(SeenEvent seen) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return closed_ || queue_.size() < kSizeMax; });
    if (closed_) return;
    queue_.push_back(std::move(seen));
    came_.notify_one();
  }
  std::optional<SeenEvent> take(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (!came_.wait_until(lock, deadline, [this] { return !queue_.empty(); })) return std::nullopt;
    auto seen = std::move(queue_.front());
    queue_.pop_front();
    room_.notify_one();
    return seen;
  }
  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    room_.notify_all();
  }

 private:
  static constexpr std::size_t kSizeMax = 10'000;
  std::mutex mutex_;
  std::condition_variable came_;
  std::condition_variable room_;
  std::deque<SeenEvent> queue_;
  bool closed_ = false;
};

// An undecodable message is said and passed over: the tail only looks.
void put_events(const log::StoredMessage& message, const std::string& correlation_id, SeenQueue& queue) {
  auto run = log::decode_run(message.payload);
  if (!run) {
    std::cerr << log::text(message.stream) << ' ' << message.sequence << ": " << run.error().text << '\n';
    return;
  }
  std::uint32_t index = 0;
  for (auto& event : run->events) {
    const log::Position position{message.sequence, index++};
    if (!correlation_id.empty() && event.trace.correlation_id != correlation_id) continue;
    queue.put({{message.stream, position}, message.subject, std::move(event)});
  }
}

Result<std::vector<std::unique_ptr<log::Reader>>> open_readers(log::EventLog& log, const Settings& settings,
                                                               const TailOptions& options, SeenQueue& queue) {
  std::vector<std::unique_ptr<log::Reader>> readers;
  for (const auto kind : log::kStreamKinds) {
    for (log::Partition partition = 0; partition < settings.partitions; ++partition) {
      const log::StreamName stream{kind, partition};
      const auto bounds = log.bounds(stream);
      if (!bounds) return tl::unexpected(bounds.error());
      const auto from = options.since_start ? 1 : bounds->last_sequence + 1;
      readers.push_back(log.read(stream, from, [&queue, correlation = options.correlation_id](log::StoredMessage message) {
        put_events(message, correlation, queue);
      }));
    }
  }
  return readers;
}

int print_events(SeenQueue& queue, const TailOptions& options, bool as_json) {
  using namespace std::chrono;
  const auto limit = options.timeout_seconds == 0 ? duration_cast<seconds>(hours(24 * 365)) : seconds(options.timeout_seconds);
  const auto deadline = steady_clock::now() + limit;
  for (std::size_t printed = 0; options.count == 0 || printed < options.count; ++printed) {
    const auto seen = queue.take(deadline);
    if (!seen) {
      std::cerr << "ordo events tail: " << printed << " events in " << options.timeout_seconds << " s\n";
      return options.count == 0 ? 0 : 1;
    }
    std::cout << (as_json ? json_line(*seen) : text_line(*seen)) << std::endl;
  }
  return 0;
}

int tail(const Settings& settings, const TailOptions& options) {
  start_process("events", "warn");
  auto connection = open_log(settings, "events-tail");
  if (!connection) return give_up(connection.error());
  SeenQueue queue;
  auto readers = open_readers(*connection->log, settings, options, queue);
  if (!readers) return give_up(readers.error());
  const int exit_code = print_events(queue, options, settings.output != "table");
  queue.close();
  readers->clear();
  return exit_code;
}

}  // namespace

void add_events(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* events = app.add_subcommand("events", "look at the log");
  events->require_subcommand(1);
  auto* command = events->add_subcommand("tail", "prints events as they are stored, one a line, until Ctrl-C");
  command->footer("Example: ordo events tail --correlation checkout-42 --count 5 --since-start --output ndjson");
  auto options = std::make_shared<TailOptions>();
  command->add_option("--correlation", options->correlation_id, "only events with this correlation id");
  command->add_option("--count", options->count, "stop after so many events");
  command->add_flag("--since-start", options->since_start, "from the beginning of the log instead of from now");
  command->add_option("--timeout", options->timeout_seconds, "stop after so many seconds; exit 1 if --count was not reached")
      ->check(CLI::NonNegativeNumber);
  command->callback([&settings, &exit_code, options] { exit_code = tail(settings, *options); });
}

}  // namespace ordo::cli
