#pragma once
// Purpose: brings a schema to the version that this program knows, step by step, each step in a transaction of its own.
//          Several programs may try at once: one works, the others wait and then find it done.
// Rules: an applied migration is never changed, a new one is added with the next number, without gaps. The SQL names its tables without
//        a schema: they come to stand in the one that is being migrated.
// Errors: corrupt when an applied migration was changed since, or the schema is newer than this program, and the text says what
//         to do; otherwise as connection.hpp.
// CMake: `ordo_embed_sql(<library> 0001_first.sql …)` makes of the files the header "<folder>/embedded_sql.hpp" with
//        `ordo::<library without ordo_>::kEmbeddedSql`.
// Threads: as the connection.

#include <span>
#include <string_view>

#include "events/vocabulary/result.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::postgres {

struct Migration {
  int version;            // 1, 2, 3, …
  std::string_view name;  // "users"
  std::string_view sql;
};

// Creates the schema when it is not there. Answers how many migrations were applied.
// Requires: `schema` is a lower-case word.
[[nodiscard]] Result<int> migrate(Connection& connection, std::string_view schema, std::span<const Migration> migrations);

// For programs that may not make tables: whether the schema is at the version that this program knows.
// Errors: corrupt, too, when it is not there or behind; the text says what to do.
[[nodiscard]] Result<void> require_migrated(Connection& connection, std::string_view schema, std::span<const Migration> migrations);

}  // namespace ordo::postgres
