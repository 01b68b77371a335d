#pragma once
// Purpose: how orders are decided. One partition's orders are one state machine. An order's states:
//
//   PENDING ── paid ──→ PAID ── cancel ──→ CANCELLED ── refunded ──→ REFUNDED
//      ├──── refused ─→ CANCELLED, for billing's reason: the end
//      └──── cancel ──→ CANCELLED, as REQUESTED; the payment that was under way may still come: refused, and this is the end, or
//                       paid, and billing, which reads the cancellation after it, gives the money back → REFUNDED
//
//          A cancellation of what is cancelled, refunded or unknown changes nothing, and neither does whatever comes twice.
// Errors: a rejection here is a bug somewhere else: the input cannot be true.
// Threads: pure functions of their arguments.

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <variant>

#include "events/billing/events.hpp"
#include "events/orders/events.hpp"
#include "events/vocabulary/decider.hpp"
#include "events/vocabulary/id_map.hpp"

namespace ordo::orders {

struct Unknown {};

struct Pending {
  Purchase purchase;
  Timestamp requested_at;
};

// Of an order that was decided only this byte is remembered beside its id (17 bytes, at most 22 of memory): neither items nor user.
enum class Decided : std::uint8_t { paid, refused, cancelled_while_pending, cancelled_when_paid, refunded };

using Order = std::variant<Unknown, const Pending*, Decided>;

// All orders of one partition.
class OrderBook {
 public:
  OrderBook() = default;
  explicit OrderBook(IdMap<OrderId, Decided> decided) : decided_(std::move(decided)) {}

  // A Pending is valid until the next `put` of its order.
  [[nodiscard]] Order find(OrderId id) const;
  void put(OrderId id, Pending pending);
  void put(OrderId id, Decided decided);

  [[nodiscard]] const std::unordered_map<OrderId, Pending>& pending() const { return pending_; }
  [[nodiscard]] const IdMap<OrderId, Decided>& decided() const { return decided_; }

 private:
  std::unordered_map<OrderId, Pending> pending_;
  IdMap<OrderId, Decided> decided_;
};

struct CreateOrder {
  OrderCreateRequested request;
  Timestamp requested_at;
};

struct CancelOrder {
  OrderCancelRequested request;
  Timestamp requested_at;
};

enum class OrderRejection : std::uint8_t { payment_of_unknown_order, refund_without_cancellation };

struct OrderDecider {
  using State = OrderBook;
  using Input = std::variant<CreateOrder, CancelOrder, billing::PaymentProcessed, billing::PaymentRefunded>;
  using Event = orders::Event;
  using Rejection = OrderRejection;

  [[nodiscard]] static Result<std::optional<Event>, Rejection> decide(const State& book, const Input& input);
  [[nodiscard]] static State evolve(State book, const Event& event);
};

static_assert(Decider<OrderDecider>);

}  // namespace ordo::orders
