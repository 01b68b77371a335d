#include "command-side/orders/order.hpp"

#include "events/vocabulary/visit.hpp"

namespace ordo::orders {
namespace {

using Decision = Result<std::optional<Event>, OrderRejection>;

// NEW is 1, PENDING 2, and each step from there one more: PAID is always 3, and so is CANCELLED before it.
constexpr std::uint32_t kVersionDecided = 3;

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
  update.version = kVersionDecided;
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
      order, [](const Unknown&) -> Decision { return tl::unexpected(OrderRejection::payment_of_unknown_order); },
      [&](const Pending* pending) -> Decision { return outcome_of(*pending, payment); },
      // Cancelled while the payment was under way, or the payment came twice.
      [](Decided) -> Decision { return std::nullopt; });
}

Purchase known_of(OrderId order, UserId user) {
  Purchase purchase;
  purchase.order_id = order;
  purchase.user_id = user;
  return purchase;
}

OrderUpdateMessage cancelled(Purchase purchase, Timestamp created_at, const CancelOrder& input) {
  OrderUpdateMessage update{std::move(purchase), created_at};
  update.status = Status::cancelled;
  update.reason = CancelReason::requested;
  update.cancellation = Cancellation{input.request.cancellation_id, input.requested_at};
  update.version = kVersionDecided;
  return update;
}

Decision cancel_paid(const CancelOrder& input) {
  const auto& [order, user, id] = input.request;
  auto update = cancelled(known_of(order, user), {}, input);
  update.payment_operation_id = billing::payment_operation_of(order);
  update.version = kVersionDecided + 1;
  return update;
}

Decision cancel(const Order& order, const CancelOrder& input) {
  return visit(
      order, [](const Unknown&) -> Decision { return std::nullopt; },
      [&](const Pending* pending) -> Decision {
        if (pending->purchase.user_id != input.request.user_id) return std::nullopt;
        return cancelled(pending->purchase, pending->requested_at, input);
      },
      [&](Decided decided) -> Decision {
        if (decided != Decided::paid) return std::nullopt;
        return cancel_paid(input);
      });
}

OrderUpdateMessage refunded(const billing::PaymentRefunded& refund, std::uint32_t version) {
  OrderUpdateMessage update{known_of(refund.order_id, refund.user_id), {}};
  update.purchase.total = refund.amount;
  update.status = Status::refunded;
  update.payment_operation_id = refund.payment_operation_id;
  update.version = version;
  return update;
}

Decision refund(const Order& order, const billing::PaymentRefunded& refund) {
  if (const auto* decided = std::get_if<Decided>(&order)) {
    switch (*decided) {
      case Decided::cancelled_while_pending: return refunded(refund, kVersionDecided + 1);
      case Decided::cancelled_when_paid: return refunded(refund, kVersionDecided + 2);
      case Decided::refunded: return std::nullopt;
      case Decided::paid:
      case Decided::refused: break;
    }
  }
  return tl::unexpected(OrderRejection::refund_without_cancellation);
}

Decided decided_by(const OrderUpdateMessage& update) {
  if (update.status == Status::paid) return Decided::paid;
  if (update.status == Status::refunded) return Decided::refunded;
  if (update.reason != CancelReason::requested) return Decided::refused;
  return update.payment_operation_id ? Decided::cancelled_when_paid : Decided::cancelled_while_pending;
}

}  // namespace

Order OrderBook::find(OrderId id) const {
  if (const auto found = pending_.find(id); found != pending_.end()) return &found->second;
  if (const auto* decided = decided_.find(id)) return *decided;
  return Unknown{};
}

void OrderBook::put(OrderId id, Pending pending) { pending_.insert_or_assign(id, std::move(pending)); }

void OrderBook::put(OrderId id, Decided decided) {
  pending_.erase(id);
  decided_.put(id, decided);
}

Decision OrderDecider::decide(const OrderBook& book, const Input& input) {
  return visit(
      input,
      [&](const CreateOrder& command) { return create(book.find(command.request.purchase.order_id), command); },
      [&](const CancelOrder& command) { return cancel(book.find(command.request.order_id), command); },
      [&](const billing::PaymentProcessed& payment) { return settle(book.find(payment.order_id), payment); },
      [&](const billing::PaymentRefunded& money_back) { return refund(book.find(money_back.order_id), money_back); });
}

OrderBook OrderDecider::evolve(OrderBook book, const Event& event) {
  visit(
      event,
      [&](const OrderPending& pending) {
        book.put(pending.purchase.order_id, Pending{pending.purchase, pending.requested_at});
      },
      [&](const OrderUpdateMessage& update) { book.put(update.purchase.order_id, decided_by(update)); });
  return book;
}

}  // namespace ordo::orders
