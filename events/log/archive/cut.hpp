#pragma once
// Purpose: a cut through the log while it grows: for every stream a last message, so that nothing before the cut refers to anything
//          behind it, neither an event to its cause nor an owner to an input that it has decided.
// Requires: what an owner's message refers to, none before it refers beyond: checkpoints never go back.
// Threads: they block on the log.

#include <functional>
#include <map>

#include "events/log/event_log.hpp"

namespace ordo::log::archive {

// The last sequence of each stream; 0: nothing was ever stored.
using Cut = std::map<StreamName, std::uint64_t>;

// Where these streams end now, one after the other in the order given. Errors: as `EventLog::bounds`.
[[nodiscard]] Result<void> note_ends(EventLog& log, const std::vector<StreamName>& streams, Cut& cut);

// Steps back where a stream refers beyond the cut. However the ends were noted, the result is the largest cut below them that holds
// together. Errors: as the log.
[[nodiscard]] Result<void> step_back(EventLog& log, Cut& cut);

}  // namespace ordo::log::archive
