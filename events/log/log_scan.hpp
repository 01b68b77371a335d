#pragma once
// Purpose: a stretch of a stream, read from one end to the other.
// Errors:  as `LogCursor::next`, and whatever the visitor answers.
// Threads: one; it blocks.

#include <functional>
#include <stop_token>

#include "events/log/event_log.hpp"

namespace ordo::log {

// From the first sequence to the last, both included; nothing where the last is below the first.
struct LogRange {
  StreamName stream;
  std::uint64_t from = 1;
  std::uint64_t until = 0;

  [[nodiscard]] std::uint64_t size() const { return until < from ? 0 : until - from + 1; }
};

// What the stream holds from that sequence on. Errors: as `EventLog::bounds`.
[[nodiscard]] Result<LogRange> range_from(EventLog& log, StreamName stream, std::uint64_t from = 1);

enum class Visit { go_on, enough };
using VisitMessage = std::function<Result<Visit>(const StoredMessage&)>;

// Requires: the range ends at or before the stream's last message. What the inbox forgets meanwhile is passed over.
[[nodiscard]] Result<void> scan(EventLog& log, const LogRange& range, const std::stop_token& stop, const VisitMessage& visit);

}  // namespace ordo::log
