#pragma once
// Purpose: puts the schema that a rebuild has filled in the place of the one that serves, while live lanes hold still.
// Threads: one.

#include <functional>

#include "events/log/event_log.hpp"
#include "projections/runtime/projector.hpp"

namespace ordo::projections {

// Stops live lanes, waits until `building` has reached the end of the log, stops it and renames. Answers false when `goes_on`,
// which is asked every few milliseconds, said no before: nothing has changed then, and live lanes go on.
// Requires: every lane of `building` has been opened.
// Errors: as query-side/postgres and the log. After a failure `building` may have been stopped; a timeout means that the swap may have
//         happened.
[[nodiscard]] Result<bool> swap_schemas(postgres::Connection& connection, log::EventLog& log, Projector& building,
                                        const std::function<bool()>& goes_on);

}  // namespace ordo::projections
