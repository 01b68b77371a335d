#pragma once
// Purpose: the tables of identity, in the schema "identity".

#include "query-side/postgres/connection.hpp"

namespace ordo::identity {

// Brings the schema to this program's version; may be repeated. Answers how many migrations were applied.
// Errors: as postgres::migrate.
[[nodiscard]] Result<int> migrate_schema(postgres::Connection& connection);

// Makes the schema as it was at a version; nothing where it is there already, of whatever version. Requires: the version is known.
[[nodiscard]] Result<void> migrate_schema_to(postgres::Connection& connection, int version);
[[nodiscard]] int newest_schema_version();

}  // namespace ordo::identity
