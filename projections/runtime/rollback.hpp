#pragma once
// Purpose: the way back after a swap: the tables that served before serve again at once, and those that served stand where they stood, so
//          that the way back from there is the same step. Live lanes find the older tables at their next look, and catch them up from their
//          own checkpoints.
// Errors:  conflict when there is nothing to go back to, or it is another version's, and the text says what to do; unavailable when the
//          lanes cannot be stopped now; otherwise as query-side/postgres; a timeout means that it may have happened.
// Threads: as the connection.

#include "projections/runtime/projection.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

// Exchanges `read` and `read_previous` in one transaction.
[[nodiscard]] Result<void> roll_back(postgres::Connection& connection, const ReadModelDefinition& model);

// Drops `read_previous`. False: there was none.
[[nodiscard]] Result<bool> drop_previous(postgres::Connection& connection);

}  // namespace ordo::projections
