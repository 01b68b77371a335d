#pragma once
// Purpose: the tables of identity, in the schema "identity".

#include "query-side/postgres/connection.hpp"

namespace ordo::identity {

// Brings the schema to this program's version; may be repeated. Answers how many migrations were applied.
// Errors: as postgres::migrate.
[[nodiscard]] Result<int> migrate_schema(postgres::Connection& connection);

}  // namespace ordo::identity
