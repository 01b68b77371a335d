#pragma once
// Purpose: every change that an operator makes by hand stands in the stream AUDIT: who, what and why before it is made, what came of it
//          after. What cannot be recorded is not done. Of a change whose command was killed, the first entry stands alone, and
//          `ordo audit` says that nobody knows its outcome; with one entry at the end it would have left no trace.
// Threads: one; it blocks.

#include <functional>
#include <string>

#include "events/log/event_log.hpp"

namespace ordo::cli {

struct Act {
  std::string actor;          // from `actor_of`
  std::string action;         // the subcommand: "projections swap"
  std::string arguments = {};  // what it was told; customers by their ids, never by name or address
  std::string reason = {};     // empty: none was given
};

struct ActOutcome {
  int exit_code = 0;      // 0 is recorded as done, everything else as failed
  std::string text = {};  // for the record, in words: "3 discarded, 0 left"
};

// Who is to be named: what `--as` says, or else the name somebody has logged in by (also behind sudo) and his machine's.
[[nodiscard]] std::string actor_of(const std::string& named);

// Records that it is begun, makes the change, records what came of it; answers the exit code. When the first cannot be recorded, nothing
// is changed and the answer is 1; when the last cannot, stderr says so and the answer is that of the change.
[[nodiscard]] int record_act(log::EventLog& log, const Act& act, const std::function<ActOutcome()>& change);

}  // namespace ordo::cli
