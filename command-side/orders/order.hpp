#pragma once
// Purpose: how orders are decided. An order is asked for once, becomes PENDING, and ends PAID or CANCELLED when billing has
//          answered. One partition's orders are one state machine.
// Errors: a rejection here is a bug somewhere else: the input cannot be true.
// Threads: pure functions of their arguments.

#include <cstdint>
#include <unordered_map>
#include <variant>

#include "events/billing/events.hpp"
#include "events/orders/events.hpp"
#include "events/vocabulary/decider.hpp"
#include "events/vocabulary/id_set.hpp"

namespace ordo::orders {

struct Unknown {};

struct Pending {
  Purchase purchase;
  Timestamp requested_at;
};

// Paid or cancelled. Of an order that has ended only its id is remembered, so that it is never decided again.
struct Ended {};

using Order = std::variant<Unknown, Pending, Ended>;

// All orders of one partition.
class OrderBook {
 public:
  [[nodiscard]] const Order& find(OrderId id) const;
  void put(OrderId id, Order order);

  [[nodiscard]] std::size_t pending_count() const { return pending_.size(); }
  [[nodiscard]] std::size_t ended_count() const { return ended_.size(); }

 private:
  std::unordered_map<OrderId, Order> pending_;
  IdSet<OrderId> ended_;
};

struct CreateOrder {
  OrderCreateRequested request;
  Timestamp requested_at;
};

enum class OrderRejection : std::uint8_t { payment_of_unknown_order };

struct OrderDecider {
  using State = OrderBook;
  using Input = std::variant<CreateOrder, billing::PaymentProcessed>;
  using Event = orders::Event;
  using Rejection = OrderRejection;

  [[nodiscard]] static Result<std::optional<Event>, Rejection> decide(const State& book, const Input& input);
  [[nodiscard]] static State evolve(State book, const Event& event);
};

static_assert(Decider<OrderDecider>);

}  // namespace ordo::orders
