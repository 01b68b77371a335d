#pragma once
// Purpose: events of all streams as they are stored, from now on or from the beginning of the log, in the order of each stream.
// Errors: as EventLog::bounds. A message that cannot be decoded is said on stderr and passed over: a tail only looks.
// Threads: one. The log's readers wait when they are far ahead of `take`; the destructor lets them go.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "events/log/event_log.hpp"
#include "events/log/logged_event.hpp"

namespace ordo::cli {

struct EventTailOptions {
  log::Partition partitions = log::kPartitionsDefault;
  bool since_start = false;
  std::string correlation_id{};  // only events with this one; empty: all
};

class EventTail {
 public:
  [[nodiscard]] static Result<std::unique_ptr<EventTail>> open(log::EventLog& log, const EventTailOptions& options);
  ~EventTail();
  EventTail(const EventTail&) = delete;
  EventTail& operator=(const EventTail&) = delete;

  // Nothing when none came in time.
  [[nodiscard]] std::optional<log::LoggedEvent> take(std::chrono::steady_clock::time_point deadline);

 private:
  explicit EventTail(const EventTailOptions& options) : options_(options) {}
  [[nodiscard]] Result<void> read(log::EventLog& log);
  void put_all(const log::StoredMessage& message);
  void put(log::LoggedEvent logged);

  const EventTailOptions options_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::condition_variable room_;
  std::deque<log::LoggedEvent> waiting_;
  bool closed_ = false;
  std::vector<std::unique_ptr<log::Reader>> readers_;  // last: they call `put`
};

}  // namespace ordo::cli
