#pragma once
// Purpose: outcomes as the read model knows them: for those whom the feed has not told.
// Errors: as query-side/postgres/connection.hpp.
// Threads: may be called from every thread; it blocks on Postgres.

#include <map>
#include <span>
#include <vector>

#include "gateway/live/outcome.hpp"

namespace ordo::live {

// The outcomes of those that have ended, by order; the others are left out.
[[nodiscard]] Result<std::map<OrderId, Outcome>> outcomes_of(postgres::Pool& pool, const std::vector<orders::OrderView>& views);
[[nodiscard]] Outcome outcome_of(balances::OperationOutcome operation);

// Two queries for all orders, two for all cancellations and one for all operations; accounts are few and asked one by one. In no order.
[[nodiscard]] Result<std::vector<Outcome>> find_outcomes(postgres::Pool& pool, std::span<const Awaited> awaited);

}  // namespace ordo::live
