#pragma once
// Purpose: how wallets are decided: accounts open, money comes in, orders are charged. A wallet never goes below zero and an
//          order is charged at most once. One partition's wallets are one state machine.
// Units: minor units of the wallet's currency.
// Threads: pure functions of their arguments.

#include <cstdint>
#include <unordered_map>
#include <variant>

#include "events/billing/events.hpp"
#include "events/identity/events.hpp"
#include "events/orders/events.hpp"
#include "events/vocabulary/decider.hpp"
#include "events/vocabulary/id_set.hpp"

namespace ordo::billing {

// No wallet holds more, so that no sum of them can overflow.
inline constexpr std::int64_t kBalanceMax = 1'000'000'000'000'000;

// All wallets of one partition, and every operation that was ever decided on them, granted or refused.
struct Ledger {
  std::unordered_map<UserId, Money> wallets;
  IdSet<OperationId> decided;

  [[nodiscard]] const Money* wallet_of(UserId user) const;
};

// No input can be refused as a bug: whatever comes is answered by an event or was answered before.
enum class LedgerRejection : std::uint8_t {};

struct LedgerDecider {
  using State = Ledger;
  using Input = std::variant<identity::UserRegistered, AccountRequested, TopUpRequested, orders::OrderPending>;
  using Event = billing::Event;
  using Rejection = LedgerRejection;

  [[nodiscard]] static Result<std::optional<Event>, Rejection> decide(const State& ledger, const Input& input);
  [[nodiscard]] static State evolve(State ledger, const Event& event);
};

static_assert(Decider<LedgerDecider>);

}  // namespace ordo::billing
