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

enum class AwaitedKind : std::uint8_t { order, cancellation, operation, account };

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

// What became of a cancellation: the order as it ended. Where the feed tells it, it may have no items: whoever asked for the
// cancellation had read the order before.
struct CancellationOutcome {
  orders::OrderView order;
};

struct Outcome {
  // An order that has ended, or that was to be cancelled, a top-up that happened or was refused, an account that is open.
  std::variant<orders::OrderView, CancellationOutcome, balances::OperationOutcome, balances::BalanceView> view;
  // Where the log says so, and what that followed from: whoever reads after these sees the order's end and the wallet after it.
  // Never empty.
  std::vector<log::StreamPosition> positions;
};

[[nodiscard]] Awaited awaited_of(const Outcome& outcome);

// Whether the order has come to an end that a client is told who waits for the order.
[[nodiscard]] bool is_final(const orders::OrderView& order);
// The same for one who waits for its cancellation: it is refunded, or it was cancelled before it was paid. A payment that was under
// way then is still refunded; that is not waited for, because where nothing was charged nothing would tell the end.
[[nodiscard]] bool is_cancelled_for_good(const orders::OrderView& order);

// The outcomes that an event is: none, one, or two where an order's end is also that of its cancellation.
// Errors: corrupt, for an event that cannot be decoded.
[[nodiscard]] Result<std::vector<Outcome>> outcomes_of(const log::Event& event, const log::StreamPosition& position);

}  // namespace ordo::live
