#pragma once
// Purpose: all that the log holds about one order, from the command to the letter, read from the log itself.
// A command that the inbox has forgotten is told again from what was decided upon it: nothing of it is lost but its place in the
// inbox. A command that changed nothing (a repeat) is no part of the story once others are decided.
// Errors:  corrupt: the log cannot be read, or does not hold what the read model found in it; otherwise as the log.
// Threads: one; it blocks.

#include <stop_token>
#include <vector>

#include "events/log/logged_event.hpp"
#include "projections/history/log_index.hpp"
#include "projections/verification/progress.hpp"

namespace ordo::projections {

struct LogSource {
  log::EventLog& log;
  log::Partition partitions = log::kPartitionsDefault;
  std::stop_token stop;
};

// As they happened, causes before their effects. Empty: the log knows no such order. Without an index the whole log is read, at the speed
// of the disk; with one, its places and what came behind it, and the whole log only for an order that it does not know.
[[nodiscard]] Result<std::vector<log::LoggedEvent>> order_events(const LogSource& source, OrderId order, const LogIndex& index,
                                                                 Progress& progress);

}  // namespace ordo::projections
