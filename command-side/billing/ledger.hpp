#pragma once
// Purpose: how wallets are decided: accounts open, money comes in, orders are charged, cancelled orders are refunded. A wallet never goes
//          below zero, an order is charged at most once, and what was charged is given back at most once. One partition's
//          wallets are one state machine.
// Units: minor units of the wallet's currency.
// Threads: pure functions of their arguments.

#include <cstdint>
#include <unordered_map>
#include <variant>
#include <vector>

#include "command-side/billing/charge.hpp"
#include "events/billing/events.hpp"
#include "events/identity/events.hpp"
#include "events/orders/events.hpp"
#include "events/vocabulary/decider.hpp"
#include "events/vocabulary/id_map.hpp"
#include "events/vocabulary/id_set.hpp"

namespace ordo::billing {

// A top-up that would raise the balance beyond this is refused.
inline constexpr std::int64_t kBalanceMax = 1'000'000'000'000'000;
// And so is one that would bring what ever came in beyond this. A refund is never refused: it only gives back what had come in, so that
// no balance exceeds this either, and 2^53, which every reader of JSON tells exactly, is still above it.
inline constexpr std::int64_t kToppedUpMax = 9'000'000'000'000'000;

struct Wallet {
  UserId user_id;
  Money balance;
  std::int64_t topped_up = 0;  // all that ever came in from outside: the balance and all charges that were not refunded
};

// All wallets of one partition, and every operation that was ever decided on them.
struct Ledger {
  std::vector<Wallet> wallets;  // as they were opened
  std::unordered_map<UserId, std::uint32_t> places;
  IdSet<OperationId> decided;          // top-ups, granted or refused, payments that were refused, accounts asked for under a key
  IdMap<OperationId, Charge> charges;  // payments; at most 32 bytes each, refunded or not

  [[nodiscard]] const Wallet* wallet_of(UserId user) const;
  [[nodiscard]] bool has_decided(OperationId operation) const;
};

// The order was cancelled; whether it had been charged is this ledger's to know.
struct RefundOrder {
  OrderId order_id;
};

// No input can be refused as a bug: whatever comes is answered by an event or was answered before.
enum class LedgerRejection : std::uint8_t {};

struct LedgerDecider {
  using State = Ledger;
  using Input = std::variant<identity::UserRegistered, AccountRequested, TopUpRequested, orders::OrderPending, RefundOrder>;
  using Event = billing::Event;
  using Rejection = LedgerRejection;

  [[nodiscard]] static Result<std::optional<Event>, Rejection> decide(const State& ledger, const Input& input);
  [[nodiscard]] static State evolve(State ledger, const Event& event);
};

static_assert(Decider<LedgerDecider>);

}  // namespace ordo::billing
