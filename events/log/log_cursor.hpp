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

namespace ordo::log {

class LogCursor {
 public:
  // `silence_max`: so long nothing may come before the message itself is asked for.
  LogCursor(EventLog& log, StreamName stream, std::uint64_t from_sequence,
            std::chrono::milliseconds silence_max = std::chrono::seconds(2));
  ~LogCursor();
  LogCursor(const LogCursor&) = delete;
  LogCursor& operator=(const LogCursor&) = delete;

  // Waits for it. Requires: it is stored already, as `bounds` has said.
  [[nodiscard]] Result<StoredMessage> next(const std::stop_token& stop);

 private:
  void put(StoredMessage message);
  [[nodiscard]] std::optional<StoredMessage> take(const std::stop_token& stop);
  [[nodiscard]] Result<void> look_for_next() const;

  EventLog& log_;
  StreamName stream_;
  std::uint64_t next_;
  std::chrono::milliseconds silence_max_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable_any filled_;
  std::deque<StoredMessage> messages_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
  std::unique_ptr<Reader> reader_;  // last: it fills what stands above
};

}  // namespace ordo::log
