#include "command-side/orders/order.hpp"

#include "events/vocabulary/visit.hpp"

namespace ordo::orders {
namespace {

using Decision = Result<std::optional<Event>, OrderRejection>;

constexpr std::uint32_t kVersionOfPending = 2;

CancelReason reason_of(billing::Refusal refusal) {
  switch (refusal) {
    case billing::Refusal::insufficient_funds: return CancelReason::insufficient_funds;
    case billing::Refusal::no_account: return CancelReason::no_account;
    case billing::Refusal::currency_mismatch: return CancelReason::currency_mismatch;
    case billing::Refusal::balance_limit: break;  // refuses top-ups, never payments
  }
  return CancelReason::insufficient_funds;
}

Decision create(const Order& order, const CreateOrder& input) {
  // Known already: the command came twice, and the second one changes nothing.
  if (!std::holds_alternative<Unknown>(order)) return std::nullopt;
  return OrderPending{input.request.purchase, input.requested_at};
}

OrderUpdateMessage outcome_of(const Pending& pending, const billing::PaymentProcessed& payment) {
  OrderUpdateMessage update{pending.purchase, pending.requested_at};
  update.version = kVersionOfPending + 1;
  if (payment.paid()) {
    update.status = Status::paid;
    update.payment_operation_id = std::get<OperationId>(payment.outcome);
  } else {
    update.status = Status::cancelled;
    update.reason = reason_of(std::get<billing::Refusal>(payment.outcome));
  }
  return update;
}

Decision settle(const Order& order, const billing::PaymentProcessed& payment) {
  return visit(
      order,
      [](const Unknown&) -> Decision { return tl::unexpected(OrderRejection::payment_of_unknown_order); },
      [&](const Pending& pending) -> Decision { return outcome_of(pending, payment); },
      [](const Ended&) -> Decision { return std::nullopt; });
}

const Order kUnknown = Unknown{};
const Order kEnded = Ended{};

}  // namespace

const Order& OrderBook::find(OrderId id) const {
  if (const auto found = pending_.find(id); found != pending_.end()) return found->second;
  return ended_.contains(id) ? kEnded : kUnknown;
}

void OrderBook::put(OrderId id, Order order) {
  if (std::holds_alternative<Ended>(order)) {
    pending_.erase(id);
    ended_.insert(id);
  } else {
    pending_.insert_or_assign(id, std::move(order));
  }
}

Decision OrderDecider::decide(const OrderBook& book, const Input& input) {
  return visit(
      input,
      [&](const CreateOrder& command) { return create(book.find(command.request.purchase.order_id), command); },
      [&](const billing::PaymentProcessed& payment) { return settle(book.find(payment.order_id), payment); });
}

OrderBook OrderDecider::evolve(OrderBook book, const Event& event) {
  visit(
      event,
      [&](const OrderPending& pending) {
        book.put(pending.purchase.order_id, Pending{pending.purchase, pending.requested_at});
      },
      [&](const OrderUpdateMessage& update) { book.put(update.purchase.order_id, Ended{}); });
  return book;
}

}  // namespace ordo::orders
