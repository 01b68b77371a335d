#include "events/log/log_scan.hpp"

#include <algorithm>

#include "events/log/log_cursor.hpp"

namespace ordo::log {

Result<LogRange> range_from(EventLog& log, StreamName stream, std::uint64_t from) {
  return log.bounds(stream).map([&](const StreamBounds& bounds) {
    return LogRange{stream, std::max(from, bounds.first_sequence), bounds.last_sequence};
  });
}

Result<void> scan(EventLog& log, const LogRange& range, const std::stop_token& stop, const VisitMessage& visit) {
  if (range.size() == 0) return {};
  LogCursor cursor(log, range.stream, range.from);
  for (auto reached = range.from - 1; reached < range.until;) {
    const auto message = cursor.next(stop);
    if (!message) return tl::unexpected(message.error());
    reached = message->sequence;
    if (reached > range.until) break;
    const auto outcome = visit(*message);
    if (!outcome) return tl::unexpected(outcome.error());
    if (*outcome == Visit::enough) break;
  }
  return {};
}

}  // namespace ordo::log
