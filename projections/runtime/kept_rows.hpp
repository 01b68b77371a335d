#pragma once
// Purpose: when an operator has some lanes rebuilt, the rows of the others are copied from the tables that serve, together with the
//          checkpoints that they belong to, and their lanes go on from there.
// Errors:  conflict when the tables that serve are of another version, or `read_next` is another rebuild's by now; otherwise as
//          query-side/postgres.
// Threads: as the connection.

#include <set>
#include <string>

#include "projections/runtime/schema.hpp"

namespace ordo::projections {

// Copies what all lanes but these feed, in one transaction and as of one moment; nothing when it has been done already.
// Requires: `claim` stands in `read_next`, and none of its lanes runs. The connection has no limit for statements.
[[nodiscard]] Result<void> keep_rows(postgres::Connection& connection, const ReadModelDefinition& model, const std::set<std::string>& anew,
                                     const IdBytes& claim);

}  // namespace ordo::projections
