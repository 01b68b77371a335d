#include "projections/verification/order_histories.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace ordo::projections {
namespace {

using orders::CancelReason;
using orders::Status;

struct Move {
  Status from;
  Status to;
  friend bool operator==(const Move&, const Move&) = default;
};

// All moves of the state machine that an OrderUpdateMessage may tell.
constexpr std::array kMoves{Move{Status::pending, Status::paid}, Move{Status::pending, Status::cancelled},
                            Move{Status::paid, Status::cancelled}, Move{Status::cancelled, Status::refunded}};

constexpr std::uint32_t kVersionPending = 2;

CancelReason reason_after(billing::Refusal refusal) {
  switch (refusal) {
    case billing::Refusal::no_account: return CancelReason::no_account;
    case billing::Refusal::currency_mismatch: return CancelReason::currency_mismatch;
    case billing::Refusal::insufficient_funds:
    case billing::Refusal::balance_limit: return CancelReason::insufficient_funds;
  }
  return CancelReason::insufficient_funds;
}

MaybeContradiction same(std::string_view rule, const std::string& expected, const std::string& found) {
  if (expected == found) return std::nullopt;
  return Contradiction{std::string(rule), expected, found};
}

std::string purchase_text(UserId user, const Money& total) { return fmt::format("{} of user {}", text(total), user.text()); }

}  // namespace

MaybeContradiction OrderHistories::add(const orders::OrderPending& pending) {
  const auto& purchase = pending.purchase;
  History history{purchase.user_id, purchase.total};
  history.version = kVersionPending;
  if (histories_.try_emplace(purchase.order_id, history).second) return std::nullopt;
  return Contradiction{"an order becomes PENDING once", "a new order", purchase.order_id.text() + " for the second time"};
}

MaybeContradiction OrderHistories::add(const billing::PaymentProcessed& payment) {
  const auto found = histories_.find(payment.order_id);
  if (found == histories_.end()) {
    return Contradiction{"only an order that is PENDING is charged", "an OrderPending of " + payment.order_id.text(), "none"};
  }
  auto& history = found->second;
  if (history.charge != Charge::none) {
    return Contradiction{"an order is charged at most once", "no PaymentProcessed before", "a second one of " + payment.order_id.text()};
  }
  if (auto wrong = same("a payment is of its order's user and total", purchase_text(history.user, history.total),
                        purchase_text(payment.user_id, payment.amount))) {
    return wrong;
  }
  if (const auto* operation = std::get_if<OperationId>(&payment.outcome)) {
    if (auto wrong = same("a payment's operation is named after its order", billing::payment_operation_of(payment.order_id).text(),
                          operation->text())) {
      return wrong;
    }
    history.charge = Charge::paid;
  } else {
    history.charge = Charge::refused;
    history.refused_for = reason_after(std::get<billing::Refusal>(payment.outcome));
  }
  return std::nullopt;
}

MaybeContradiction OrderHistories::add(const billing::PaymentRefunded& refund) {
  const auto found = histories_.find(refund.order_id);
  if (found == histories_.end() || found->second.charge != Charge::paid || found->second.status != Status::cancelled) {
    return Contradiction{"what is refunded was charged, once, and its order is cancelled", "a charge of " + refund.order_id.text(), "none"};
  }
  auto& history = found->second;
  if (auto wrong = same("a refund is what was charged, to whom it was charged", purchase_text(history.user, history.total),
                        purchase_text(refund.user_id, refund.amount))) {
    return wrong;
  }
  if (auto wrong = same("a refund names the payment that it reverses", billing::payment_operation_of(refund.order_id).text(),
                        refund.payment_operation_id.text())) {
    return wrong;
  }
  if (auto wrong = same("a refund's operation is named after its order", billing::refund_operation_of(refund.order_id).text(),
                        refund.operation_id.text())) {
    return wrong;
  }
  history.charge = Charge::refunded;
  return std::nullopt;
}

MaybeContradiction OrderHistories::add(const orders::OrderUpdateMessage& update) {
  const auto& purchase = update.purchase;
  const auto found = histories_.find(purchase.order_id);
  if (found == histories_.end()) {
    return Contradiction{"only an order that is known changes", "an OrderPending of " + purchase.order_id.text(), "none"};
  }
  auto& history = found->second;
  if (std::ranges::find(kMoves, Move{history.status, update.status}) == kMoves.end()) {
    return Contradiction{"an order moves along its state machine", fmt::format("a move that {} allows", orders::text(history.status)),
                         fmt::format("{} of {}", orders::text(update.status), purchase.order_id.text())};
  }
  if (auto wrong = check_outcome(history, update)) return wrong;
  if (auto wrong = same("each change adds 1 to an order's version", std::to_string(history.version + 1), std::to_string(update.version))) {
    return wrong;
  }
  // A change of an order that had ended before says nothing of its total.
  const auto& total = purchase.has_total() ? purchase.total : history.total;
  if (auto wrong = same("all that is said of an order is of its user and total", purchase_text(history.user, history.total),
                        purchase_text(purchase.user_id, total))) {
    return wrong;
  }
  history.status = update.status;
  history.version = update.version;
  return std::nullopt;
}

MaybeContradiction OrderHistories::check_outcome(const History& history, const orders::OrderUpdateMessage& update) {
  if (update.status == Status::paid) {
    if (history.charge != Charge::paid) return Contradiction{"PAID follows a payment", "a PaymentProcessed that paid", "none"};
    return same("PAID names the payment's operation", billing::payment_operation_of(update.purchase.order_id).text(),
                update.payment_operation_id ? update.payment_operation_id->text() : "none");
  }
  if (update.status == Status::refunded) {
    if (history.charge == Charge::refunded) return std::nullopt;
    return Contradiction{"REFUNDED follows a refund", "a PaymentRefunded", "none"};
  }
  return check_cancelled(history, update);
}

MaybeContradiction OrderHistories::check_cancelled(const History& history, const orders::OrderUpdateMessage& update) {
  if (update.reason == CancelReason::requested) {
    if (update.cancellation) return std::nullopt;
    return Contradiction{"a cancellation on request names the request", "a request", "none"};
  }
  if (history.status != Status::pending) {
    return Contradiction{"a paid order is cancelled on request only", "reason REQUESTED", "another"};
  }
  if (history.charge != Charge::refused) return Contradiction{"CANCELLED follows a refusal", "a PaymentProcessed that refused", "none"};
  return same("CANCELLED gives the reason of the refusal", std::string(orders::text(history.refused_for)),
              update.reason ? std::string(orders::text(*update.reason)) : "none");
}

}  // namespace ordo::projections
