#include "gateway/payments/payment_json.hpp"

#include <fmt/format.h>

#include "gateway/reads/degraded.hpp"

namespace ordo::billing {
namespace {

using http::ProblemCode;

http::Problem refused(std::string_view reason) {
  if (reason == "NO_ACCOUNT") return http::problem(ProblemCode::no_account, "There is no account to top up.");
  if (reason == "CURRENCY_MISMATCH") {
    return http::problem(ProblemCode::currency_mismatch, "The account is kept in another currency.");
  }
  return http::problem(ProblemCode::validation_failed, "The wallet would hold more than a wallet may.");
}

}  // namespace

void write(JsonText& json, const balances::OperationView& operation) {
  json.open_object().member("operation_id", operation.operation_id.text()).member("kind", operation.kind);
  if (operation.order_id) json.member("order_id", operation.order_id->text());
  json.member("amount", operation.amount.minor)
      .member("currency", operation.amount.currency.code())
      .member("balance_after", operation.balance_after)
      .member("occurred_at", text(operation.occurred_at))
      .close_object();
}

std::string balance_location(UserId user) { return fmt::format("/api/payments/balance/{}", user.text()); }

http::Response balance_response(const balances::BalanceView& balance) {
  JsonText json;
  json.open_object()
      .member("user_id", balance.user_id.text())
      .member("balance", balance.balance.minor)
      .member("currency", balance.balance.currency.code())
      .member("updated_at", text(balance.updated_at));
  reads::write_degraded(json, balance.degraded, reads::kWalletWaits);
  auto response = http::json_response(200, json.close_object().take());
  if (balance.version > 0) {
    const auto version = fmt::format("{}-{}", balance.user_id.text(), balance.version);
    response.with("ETag", http::strong_etag(reads::version_text(version, balance.degraded)));
  }
  return response;
}

http::Response top_up_accepted(OperationId operation, UserId user) {
  auto response =
      http::json_response(202, JsonText().open_object().member("operation_id", operation.text()).close_object().take());
  response.with("Location", balance_location(user));
  return response;
}

http::Response account_accepted(UserId user, Currency currency) {
  JsonText json;
  json.open_object().member("user_id", user.text()).member("currency", currency.code()).close_object();
  auto response = http::json_response(202, json.take());
  response.with("Location", balance_location(user));
  return response;
}

Result<http::Response, http::Problem> final_response(const balances::OperationOutcome& operation,
                                                     const IdBytes& fingerprint) {
  if (operation.fingerprint != fingerprint) {
    return http::refused(ProblemCode::idempotency_key_reused,
                         "This Idempotency-Key was used for another request; take a new one.");
  }
  if (!operation.balance_after) return tl::unexpected(refused(operation.refusal.value_or("")));
  JsonText json;
  json.open_object()
      .member("operation_id", operation.operation_id.text())
      .member("balance", *operation.balance_after)
      .member("currency", operation.amount.currency.code())
      .close_object();
  return http::json_response(200, json.take());
}

}  // namespace ordo::billing
