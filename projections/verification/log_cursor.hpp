#pragma once
// Purpose: a stream read message by message, by whoever asks for the next one.
// Errors:  corrupt when the log counts a message that it cannot give: damaged or lost; unavailable when the log is away for long, and
//          when told to stop.
// Threads: one; the log's reader fills a bounded queue behind it.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>

#include "events/log/event_log.hpp"

namespace ordo::projections {

class LogCursor {
 public:
  // `silence_max`: so long nothing may come before the message itself is asked for.
  LogCursor(log::EventLog& log, log::StreamName stream, std::uint64_t from_sequence,
            std::chrono::milliseconds silence_max = std::chrono::seconds(2));
  ~LogCursor();
  LogCursor(const LogCursor&) = delete;
  LogCursor& operator=(const LogCursor&) = delete;

  // Waits for it. Requires: it is stored already, as `bounds` has said.
  [[nodiscard]] Result<log::StoredMessage> next(const std::stop_token& stop);

 private:
  void put(log::StoredMessage message);
  [[nodiscard]] std::optional<log::StoredMessage> take(const std::stop_token& stop);
  [[nodiscard]] Result<void> look_for_next() const;

  log::EventLog& log_;
  log::StreamName stream_;
  std::uint64_t next_;
  std::chrono::milliseconds silence_max_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable_any filled_;
  std::deque<log::StoredMessage> messages_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
  std::unique_ptr<log::Reader> reader_;  // last: it fills what stands above
};

}  // namespace ordo::projections
