#pragma once
// Purpose: whether what the read model shows is degraded: an event of it is parked, by the owner that should decide it or by the projection
//          that should show it, and waits for an operator, with all that came later.
// Errors:  as query-side/postgres/connection.hpp. Threads: as the functions of its neighbours.

#include <string>
#include <string_view>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/result.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::parking {

// Conditions for a statement, of what its expressions name: columns or parameters.
[[nodiscard]] std::string order_is_degraded(std::string_view user_id, std::string_view order_id);
// A wallet waits where billing has parked all of its user's; what waits there of a single order is the order's. Events of the wallet that
// are not shown make it wait, whosever order they are of.
[[nodiscard]] std::string wallet_is_degraded(std::string_view user_id);
[[nodiscard]] std::string letters_are_degraded(std::string_view user_id);

[[nodiscard]] Result<bool> is_wallet_degraded(postgres::Pool& pool, UserId user);
[[nodiscard]] Result<bool> are_letters_degraded(postgres::Pool& pool, UserId user);

}  // namespace ordo::parking
