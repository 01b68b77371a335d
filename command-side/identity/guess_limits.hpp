#pragma once
// Purpose: makes guessing passwords slow: so many failed log-ins in a minute of one account, and from one address; then nobody is let in
//          there until the minute is over, with the right password neither, and nobody is told which it was. All gateways and all processes of
//          identity count together, in Postgres. A name that belongs to nobody is counted like any other.
//          An attempt on an account counts from its beginning and is taken back when it was none, so that a hundred at once are not more
//          than a hundred one by one. From an address only failures count: of those under way at once a few more may pass.
// Errors: refusals: too_many_guesses, unavailable, timeout.
// Threads: may be used by all; every call blocks. What it is given outlives it.

#include <chrono>
#include <string_view>

#include "events/identity/questions.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::identity {

struct GuessQuota {
  std::int64_t per_account = 10;  // 0: no limit
  std::int64_t per_address = 10;  // 0: no limit
  std::chrono::seconds window{60};
};

class GuessLimits {
 public:
  GuessLimits(postgres::Pool& pool, Clock& clock, GuessQuota quota = {}) : pool_(pool), clock_(clock), quota_(quota) {}

  // Before a password is looked at. `address` may be empty: it is not known.
  [[nodiscard]] Answer<void> begin(std::string_view username, std::string_view address);
  // One of these after a `begin` that was answered well.
  void failed(std::string_view address);
  void was_none(std::string_view username);

 private:
  [[nodiscard]] Answer<void> look(std::string_view who, std::int64_t failures_max);
  [[nodiscard]] Result<bool> count(std::string_view who, std::int64_t failures_max);

  postgres::Pool& pool_;
  Clock& clock_;
  const GuessQuota quota_;
};

}  // namespace ordo::identity
