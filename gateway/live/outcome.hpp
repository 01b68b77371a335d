#pragma once
// Purpose: what a waiting client waits for, and what it is told: the same views that the read model answers with, so that it
//          does not matter whether the feed or a look-up was first.
// Threads: plain values.

#include <compare>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "events/log/event.hpp"
#include "events/log/position.hpp"
#include "query-side/balances/balances.hpp"
#include "query-side/orders/orders.hpp"

namespace ordo::live {

enum class AwaitedKind : std::uint8_t { order, operation, account };

struct Awaited {
  AwaitedKind kind = AwaitedKind::order;
  IdBytes id{};

  friend constexpr auto operator<=>(const Awaited&, const Awaited&) = default;
};

struct AwaitedHash {
  std::size_t operator()(const Awaited& awaited) const noexcept {
    return hash_of(awaited.id) + static_cast<std::size_t>(awaited.kind);
  }
};

struct Outcome {
  // An order that has ended, a top-up that happened or was refused, an account that is open.
  std::variant<orders::OrderView, balances::OperationOutcome, balances::BalanceView> view;
  // Where the log says so, and what that followed from: whoever reads after these sees the order's end and the wallet after it.
  // Never empty.
  std::vector<log::StreamPosition> positions;
};

[[nodiscard]] Awaited awaited_of(const Outcome& outcome);

// Whether the order has come to an end that a waiting client is told.
[[nodiscard]] bool is_final(const orders::OrderView& order);

// The outcome that an event is, if it is one.
// Errors: corrupt, for an event that cannot be decoded.
[[nodiscard]] Result<std::optional<Outcome>> outcome_of(const log::Event& event, const log::StreamPosition& position);

}  // namespace ordo::live
