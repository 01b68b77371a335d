#pragma once
// Purpose: outcomes as the read model knows them: for those whom the feed has not told.
// Errors: as query-side/postgres/connection.hpp.
// Threads: may be called from every thread; it blocks on Postgres.

#include <span>
#include <vector>

#include "gateway/live/outcome.hpp"

namespace ordo::live {

// One query for all orders and one for all operations; accounts are few and asked one by one. In no order.
[[nodiscard]] Result<std::vector<Outcome>> find_outcomes(postgres::Pool& pool, std::span<const Awaited> awaited);

}  // namespace ordo::live
