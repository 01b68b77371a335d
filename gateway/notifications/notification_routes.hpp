#pragma once
// Purpose: the route of letters: GET /api/notifications.
// Threads: the handler blocks on Postgres and runs in the worker pool. Owns: all that it is given outlives it.

#include "gateway/http/router.hpp"
#include "gateway/reads/cursor.hpp"
#include "gateway/reads/read_gate.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::notifications {

void add_routes(http::Router& router, postgres::Pool& pool, reads::ReadGate& gate, const reads::CursorSeal& seal);

}  // namespace ordo::notifications
