#pragma once
// Purpose: what of a stream is not shown yet: how many events, and since when the oldest of them is there. Messages hold any number of
//          events, so a few are read, and the rest is concluded from those.
// Errors:  as the log; corrupt for a message that is no run.
// Threads: any.

#include <cstdint>
#include <optional>

#include "events/log/event_log.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::projections {

struct Backlog {
  std::uint64_t messages = 0;
  std::uint64_t events = 0;
  bool exact = true;                // no: concluded from samples
  std::optional<Timestamp> oldest;  // when the first of the events was decided
};

// Behind `reached`; what the inbox has forgotten does not count.
[[nodiscard]] Result<Backlog> backlog(log::EventLog& log, log::StreamName stream, std::uint64_t reached);

// How long the oldest waits.
[[nodiscard]] double waiting_s(const Backlog& backlog, Timestamp now);

}  // namespace ordo::projections
