#pragma once
// Purpose: where a stream ends, asked by somebody who knows that it goes further. A server of a cluster that has just been elected, or
//          that has lost its lead, may know of less for a moment; only one that keeps to it has lost something.
// Errors: as EventLog::bounds.
// Threads: the caller's; waits.

#include <chrono>
#include <stop_token>

#include "events/log/event_log.hpp"

namespace ordo::log {

// Asks until the stream holds the message, for so long at most, and answers what was said last.
[[nodiscard]] Result<StreamBounds> patient_bounds(EventLog& log, StreamName stream, std::uint64_t sequence,
                                                  std::chrono::milliseconds patience, const std::stop_token& stop);

}  // namespace ordo::log
