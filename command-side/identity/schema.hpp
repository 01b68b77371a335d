#pragma once
// Purpose: the tables of identity, in the schema "identity".

#include <array>

#include "query-side/postgres/connection.hpp"
#include "query-side/postgres/rights.hpp"

namespace ordo::identity {

// Brings the schema to this program's version; may be repeated. Answers how many migrations were applied.
// Errors: as postgres::migrate.
[[nodiscard]] Result<int> migrate_schema(postgres::Connection& connection);

// What the role may do, and what `grant_rights` grants to its user, if there is one. The owner alone migrates.
inline constexpr std::array kSchemaRights{postgres::UserRight{"ordo_identity", postgres::Right::writes}};
[[nodiscard]] Result<void> grant_rights(postgres::Connection& connection);

// Errors: corrupt where the tables are not those of this program; the text says what to do.
[[nodiscard]] Result<void> require_schema(postgres::Connection& connection);

// Makes the schema as it was at a version; nothing where it is there already, of whatever version. Requires: the version is known.
[[nodiscard]] Result<void> migrate_schema_to(postgres::Connection& connection, int version);
[[nodiscard]] int newest_schema_version();

}  // namespace ordo::identity
