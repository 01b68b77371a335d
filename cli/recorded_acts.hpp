#pragma once
// Purpose: what the stream AUDIT tells: every change that operators made by hand, and what came of it.
// Errors:  unavailable, timeout; corrupt for a message that cannot be read.
// Threads: one; it blocks.

#include <optional>
#include <string>
#include <vector>

#include "events/audit/events.hpp"
#include "events/log/event_log.hpp"

namespace ordo::cli {

struct RecordedAct {
  audit::OperatorActed last;        // what was said of it last
  std::optional<Timestamp> began;   // nothing: further back than was looked
  std::optional<Timestamp> ended;   // nothing: it is under way, or nobody knows what came of it
};

// Of which something was said from this time on; the newest first. `count_max`: 0 for all.
[[nodiscard]] Result<std::vector<RecordedAct>> recorded_acts(log::EventLog& log, std::optional<Timestamp> since, std::size_t count_max);

// `output`: table, json or ndjson.
[[nodiscard]] std::string acts_text(const std::vector<RecordedAct>& acts, const std::string& output, bool coloured);

}  // namespace ordo::cli
