#pragma once
// Purpose: forgets people: name, address, password and sessions go at once; what stays anywhere is an id. Others who keep something of them
//          (gateways, who know tokens; notifications, who know addresses) ask here who is gone.
// Errors: refusals; see events/identity/questions.hpp.
// Threads: may be used by all; every call blocks. What it is given outlives it.

#include "events/identity/questions.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::identity {

class Forgetting {
 public:
  Forgetting(postgres::Pool& pool, Clock& clock) : pool_(pool), clock_(clock) {}

  // Refusals: not_found, unavailable, timeout.
  [[nodiscard]] Answer<void> forget(UserId user);

  // Who is gone after that place, in the order in which they went, a thousand at most; 0 for all who are remembered as gone.
  [[nodiscard]] Answer<Forgotten> after(std::int64_t place);

 private:
  postgres::Pool& pool_;
  Clock& clock_;
};

}  // namespace ordo::identity
