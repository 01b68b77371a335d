#pragma once
// Purpose: the money of the log, added up a second time, by other code than billing's: every wallet is the sum of what moved, and
//          what the events say of it must be that sum.
// Units:   minor units. Memory: about 80 bytes per wallet and 25 per top-up.
// Threads: one.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "events/billing/events.hpp"
#include "events/vocabulary/id_set.hpp"
#include "projections/verification/finding.hpp"

namespace ordo::projections {

// No sum of 64-bit amounts overflows it.
__extension__ using WideAmount = __int128;

// What a rule says and what was found instead.
struct Contradiction {
  std::string rule;
  std::string expected;
  std::string found;
};
using MaybeContradiction = std::optional<Contradiction>;

// Of all wallets of one currency.
struct Sums {
  std::uint64_t wallets = 0;
  WideAmount balances = 0;  // as the events tell them
  WideAmount topped_up = 0;
  WideAmount paid = 0;
  WideAmount refunded = 0;

  Sums& operator+=(const Sums& other);
};

// Top-ups = balances + paid − refunded: no money appears or vanishes.
[[nodiscard]] Check check_sums(Currency currency, const Sums& sums);

class Books {
 public:
  struct Wallet {
    Currency currency;
    std::int64_t sum = 0;   // of all that moved
    std::int64_t told = 0;  // by the last event that spoke of it
  };

  // Events of one wallet come in order. What contradicts is not entered.
  [[nodiscard]] MaybeContradiction enter(const billing::AccountOpened& opened);
  [[nodiscard]] MaybeContradiction enter(const billing::AccountConfirmed& confirmed);
  [[nodiscard]] MaybeContradiction enter(const billing::AccountToppedUp& topped_up);
  [[nodiscard]] MaybeContradiction enter(const billing::TopUpRefused& refused);
  [[nodiscard]] MaybeContradiction enter(const billing::PaymentProcessed& payment);
  [[nodiscard]] MaybeContradiction enter(const billing::PaymentRefunded& refund);

  [[nodiscard]] const std::unordered_map<UserId, Wallet>& wallets() const { return wallets_; }
  [[nodiscard]] std::map<Currency, Sums> sums() const;

 private:
  [[nodiscard]] MaybeContradiction decide(OperationId operation, std::string_view rule);
  [[nodiscard]] MaybeContradiction move(UserId user, std::int64_t change, Currency currency, std::int64_t balance_after);
  [[nodiscard]] MaybeContradiction refuse(const billing::PaymentProcessed& payment, billing::Refusal reason) const;

  std::unordered_map<UserId, Wallet> wallets_;
  std::map<Currency, Sums> turnovers_;  // without wallets and balances
  IdSet<OperationId> decided_;  // top-ups, granted or refused, and accounts asked for under a key
};

}  // namespace ordo::projections
