#pragma once
// Purpose: how far the read model that serves has come.
// Errors: as query-side/postgres/connection.hpp.
// Threads: may be called from every thread; it blocks on Postgres.

#include "gateway/reads/read_gate.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::reads {

// Told by each transaction that moves a checkpoint (projections/runtime/schema.sql).
inline constexpr const char* kCheckpointsChannel = "ordo_checkpoints";

// For each stream the sequence that every lane has passed.
[[nodiscard]] Result<Reached> find_reached(postgres::Pool& pool);

}  // namespace ordo::reads
