#pragma once
// Purpose: the history of every order of a partition, checked against the state machine by other code than the orders' own: asked for
//          once, charged at most once, at most one outcome, and every event about the same purchase.
// Memory:  about 100 bytes per order.
// Threads: one.

#include <cstdint>
#include <unordered_map>

#include "events/billing/events.hpp"
#include "events/orders/events.hpp"
#include "projections/verification/books.hpp"

namespace ordo::projections {

class OrderHistories {
 public:
  // Events of one order come causes first. What contradicts leaves the history as it was.
  [[nodiscard]] MaybeContradiction add(const orders::OrderPending& pending);
  [[nodiscard]] MaybeContradiction add(const billing::PaymentProcessed& payment);
  [[nodiscard]] MaybeContradiction add(const billing::PaymentRefunded& refund);
  [[nodiscard]] MaybeContradiction add(const orders::OrderUpdateMessage& update);

 private:
  enum class Charge : std::uint8_t { none, paid, refused, refunded };
  struct History {
    UserId user;
    Money total;
    orders::Status status = orders::Status::pending;
    Charge charge = Charge::none;
    orders::CancelReason refused_for{};  // when refused
    std::uint32_t version = 0;
  };

  [[nodiscard]] static MaybeContradiction check_outcome(const History& history, const orders::OrderUpdateMessage& update);
  [[nodiscard]] static MaybeContradiction check_cancelled(const History& history, const orders::OrderUpdateMessage& update);

  std::unordered_map<OrderId, History> histories_;
};

}  // namespace ordo::projections
