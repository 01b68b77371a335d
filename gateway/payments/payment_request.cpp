#include "gateway/payments/payment_request.hpp"

#include <utility>

#include <fmt/format.h>

#include "gateway/http/body.hpp"

namespace ordo::billing {

Result<Money, http::Problem> read_top_up(std::string_view text) {
  auto body = http::Body::parse(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  const auto amount = body->required_integer("amount", 1, kAmountMax);
  const auto currency = body->required_currency("currency");
  if (auto checked = body->finish(); !checked) return tl::unexpected(std::move(checked.error()));
  return Money{amount, currency};
}

Result<Currency, http::Problem> read_account(std::string_view text, Currency otherwise) {
  auto body = http::Body::parse_or_empty(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  const auto currency = body->optional_currency("currency");
  if (auto checked = body->finish(); !checked) return tl::unexpected(std::move(checked.error()));
  return currency.value_or(otherwise);
}

std::string canonical(const Money& amount) { return fmt::format("{} {}", amount.currency.code(), amount.minor); }

}  // namespace ordo::billing
