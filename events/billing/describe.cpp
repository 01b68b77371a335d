#include "events/billing/describe.hpp"

#include <fmt/format.h>

#include "events/vocabulary/json_text.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::billing {
namespace {

JsonText& write(JsonText& json, const Money& amount) {
  return json.member("amount", amount.minor).member("currency", amount.currency.code());
}

// Without a wallet in the order's currency there is no balance to speak of.
bool tells_balance(const PaymentProcessed& payment) {
  const auto* refusal = std::get_if<Refusal>(&payment.outcome);
  return refusal == nullptr || *refusal == Refusal::insufficient_funds;
}

std::string describe_account(UserId user, Currency currency) {
  return JsonText().open_object().member("user_id", user.text()).member("currency", currency.code()).close_object().take();
}

std::string describe_payment(const PaymentProcessed& payment) {
  JsonText json;
  json.open_object().member("paid", payment.paid());
  visit(
      payment.outcome, [&](const OperationId& operation) { json.member("operation_id", operation.text()); },
      [&](Refusal reason) { json.member("reason", text(reason)); });
  write(json, payment.amount);
  if (tells_balance(payment)) json.member("balance_after", payment.balance_after);
  return json.close_object().take();
}

JsonText& open_operation(JsonText& json, OperationId operation, const Money& amount) {
  return write(json.open_object().member("operation_id", operation.text()), amount);
}

std::string describe_refund(const PaymentRefunded& refund) {
  JsonText json;
  return open_operation(json, refund.operation_id, refund.amount)
      .member("payment_operation_id", refund.payment_operation_id.text())
      .member("balance_after", refund.balance_after)
      .close_object()
      .take();
}

std::string wallet_after(std::int64_t balance, Currency currency) {
  return fmt::format("the wallet holds {}", text(Money{balance, currency}));
}

std::string summary_of_payment(const PaymentProcessed& payment) {
  const auto wallet = tells_balance(payment) ? ", " + wallet_after(payment.balance_after, payment.amount.currency) : std::string();
  return visit(
      payment.outcome, [&](const OperationId&) { return fmt::format("paid {}{}", text(payment.amount), wallet); },
      [&](Refusal reason) { return fmt::format("not paid: {}{}", text(reason), wallet); });
}

}  // namespace

std::string describe(const Command& command) {
  return visit(
      command, [](const AccountRequested& asked) { return describe_account(asked.user_id, asked.currency); },
      [](const TopUpRequested& asked) {
        JsonText json;
        return open_operation(json, asked.operation_id, asked.amount).close_object().take();
      });
}

std::string describe(const Event& event) {
  return visit(
      event, [](const AccountOpened& opened) { return describe_account(opened.user_id, opened.currency); },
      [](const AccountConfirmed& confirmed) { return describe_account(confirmed.user_id, confirmed.currency); },
      [](const AccountToppedUp& up) {
        JsonText json;
        return open_operation(json, up.operation_id, up.amount).member("balance_after", up.balance_after).close_object().take();
      },
      [](const TopUpRefused& refused) {
        JsonText json;
        return open_operation(json, refused.operation_id, refused.amount)
            .member("reason", text(refused.reason))
            .close_object()
            .take();
      },
      [](const PaymentProcessed& payment) { return describe_payment(payment); },
      [](const PaymentRefunded& refund) { return describe_refund(refund); });
}

std::string summary(const Command& command) {
  return visit(
      command, [](const AccountRequested& asked) { return fmt::format("an account in {}", asked.currency.code()); },
      [](const TopUpRequested& asked) { return text(asked.amount); });
}

std::string summary(const Event& event) {
  return visit(
      event, [](const AccountOpened& opened) { return fmt::format("an account in {}", opened.currency.code()); },
      [](const AccountConfirmed&) { return std::string("there is an account already"); },
      [](const AccountToppedUp& up) {
        return fmt::format("{} more, {}", text(up.amount), wallet_after(up.balance_after, up.amount.currency));
      },
      [](const TopUpRefused& refused) { return fmt::format("{} refused: {}", text(refused.amount), text(refused.reason)); },
      [](const PaymentProcessed& payment) { return summary_of_payment(payment); },
      [](const PaymentRefunded& refund) {
        return fmt::format("{} back, {}", text(refund.amount), wallet_after(refund.balance_after, refund.amount.currency));
      });
}

}  // namespace ordo::billing
