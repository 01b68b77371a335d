#include "events/billing/events.hpp"

#include "events/vocabulary/visit.hpp"

namespace ordo::billing {

std::string_view text(Refusal refusal) {
  switch (refusal) {
    case Refusal::insufficient_funds: return "INSUFFICIENT_FUNDS";
    case Refusal::no_account: return "NO_ACCOUNT";
    case Refusal::currency_mismatch: return "CURRENCY_MISMATCH";
    case Refusal::balance_limit: return "BALANCE_LIMIT";
  }
  return "UNKNOWN";
}

OperationId payment_operation_of(OrderId order) { return OperationId::derived("payment", {order.raw()}); }

OperationId refund_operation_of(OrderId order) { return OperationId::derived("refund", {order.raw()}); }

log::Topic topic_of(const Command& command) {
  return ordo::visit(
      command, [](const AccountRequested&) { return log::Topic::payment_account; },
      [](const TopUpRequested&) { return log::Topic::payment_top_up; });
}

log::Topic topic_of(const Event& event) {
  return ordo::visit(
      event, [](const AccountOpened&) { return log::Topic::billing_account; },
      [](const AccountConfirmed&) { return log::Topic::billing_account; },
      [](const AccountToppedUp&) { return log::Topic::billing_top_up; },
      [](const TopUpRefused&) { return log::Topic::billing_top_up; },
      [](const PaymentProcessed&) { return log::Topic::billing_payment; },
      [](const PaymentRefunded&) { return log::Topic::billing_refund; });
}

}  // namespace ordo::billing
