#include <catch2/catch.hpp>

#include <algorithm>

#include <fmt/format.h>

#include "gateway/commands/idempotency.hpp"
#include "gateway/orders/order_request.hpp"

namespace ordo::orders {
namespace {

const http::Principal kAnna{*UserId::parse("01890a5d-ac96-774b-bcce-b302099a8057"), "anna", {"user"}};

std::string item(std::string_view changed) {
  return fmt::format(R"({{"items":[{{"sku":"A","quantity":1,"unit_price":1,{}}}],"currency":"EUR"}})", changed);
}

// One more member: the last of two of one name would be malformed JSON, so each row names what it replaces.
std::string with(std::string_view sku, std::string_view quantity, std::string_view price, std::string_view currency = R"("EUR")") {
  return fmt::format(R"({{"items":[{{"sku":{},"quantity":{},"unit_price":{}}}],"currency":{}}})", sku, quantity, price, currency);
}

std::vector<std::string> pointers_of(const http::Problem& problem) {
  std::vector<std::string> pointers;
  for (const auto& error : problem.errors) pointers.push_back(error.pointer);
  std::ranges::sort(pointers);
  return pointers;
}

struct Refusal {
  std::string what;
  std::string body;
  http::ProblemCode code;
  std::vector<std::string> pointers;
};

std::vector<Refusal> refusals() {
  using enum http::ProblemCode;
  const std::string price = "/items/0/unit_price";
  const std::string quantity = "/items/0/quantity";
  return {
      {"no JSON", "{", malformed_json, {}},
      {"an empty body", "", malformed_json, {}},
      {"no object", "[]", validation_failed, {""}},
      {"nothing in it", "{}", validation_failed, {"/currency", "/items"}},
      {"no items", R"({"items":[],"currency":"EUR"})", validation_failed, {"/items"}},
      {"items that are no array", R"({"items":{},"currency":"EUR"})", validation_failed, {"/items"}},
      {"an item that is no object", R"({"items":[1],"currency":"EUR"})", validation_failed, {"/items/0"}},
      {"an empty item", R"({"items":[{}],"currency":"EUR"})", validation_failed, {quantity, "/items/0/sku", price}},
      {"an unknown member of an item", item(R"("colour":1)"), validation_failed, {"/items/0/colour"}},
      {"an unknown member", R"({"items":[{"sku":"A","quantity":1,"unit_price":1}],"currency":"EUR","discount":5})", validation_failed, {"/discount"}},
      {"an empty sku", with(R"("")", "1", "1"), validation_failed, {"/items/0/sku"}},
      {"a long sku", with('"' + std::string(65, 'x') + '"', "1", "1"), validation_failed, {"/items/0/sku"}},
      {"a sku that is a number", with("1", "1", "1"), validation_failed, {"/items/0/sku"}},
      {"a long name", item(R"("name":")" + std::string(201, 'x') + '"'), validation_failed, {"/items/0/name"}},
      {"a name with a line break", item(R"("name":"a\r\nBcc: b")"), validation_failed, {"/items/0/name"}},
      {"a name with U+0000", item(R"("name":"a\u0000b")"), validation_failed, {"/items/0/name"}},
      {"no quantity at all", with(R"("A")", "0", "1"), validation_failed, {quantity}},
      {"a negative quantity", with(R"("A")", "-1", "1"), validation_failed, {quantity}},
      {"half a piece", with(R"("A")", "0.5", "1"), validation_failed, {quantity}},
      {"too many pieces", with(R"("A")", "1000001", "1"), validation_failed, {quantity}},
      {"a quantity as text", with(R"("A")", R"("1")", "1"), validation_failed, {quantity}},
      {"a quantity that is true", with(R"("A")", "true", "1"), validation_failed, {quantity}},
      {"a price of nothing", with(R"("A")", "1", "0"), validation_failed, {price}},
      {"a negative price", with(R"("A")", "1", "-1"), validation_failed, {price}},
      {"a fraction of a cent", with(R"("A")", "1", "19.99"), validation_failed, {price}},
      {"a price with a point", with(R"("A")", "1", "100.0"), validation_failed, {price}},
      {"a price with an exponent", with(R"("A")", "1", "1e3"), validation_failed, {price}},
      {"a price beyond the limit", with(R"("A")", "1", "1000000000001"), validation_failed, {price}},
      {"a price beyond 2^63", with(R"("A")", "1", "9223372036854775808"), validation_failed, {price}},
      {"a price beyond 2^64", with(R"("A")", "1", "18446744073709551617"), validation_failed, {price}},
      {"no price", with(R"("A")", "1", "null"), validation_failed, {price}},
      {"a total beyond the limit", with(R"("A")", "2", "1000000000000"), validation_failed, {"/items"}},
      {"a total beyond 2^63", with(R"("A")", "1000000", "1000000000000"), validation_failed, {"/items"}},
      {"a currency in small letters", with(R"("A")", "1", "1", R"("eur")"), validation_failed, {"/currency"}},
      {"a currency that does not exist", with(R"("A")", "1", "1", R"("XQQ")"), validation_failed, {"/currency"}},
      {"a currency that is null", with(R"("A")", "1", "1", "null"), validation_failed, {"/currency"}},
      {"a user that is no id", R"({"items":[{"sku":"A","quantity":1,"unit_price":1}],"currency":"EUR","user_id":"me"})", validation_failed, {"/user_id"}},
      {"another user", R"({"items":[{"sku":"A","quantity":1,"unit_price":1}],"currency":"EUR","user_id":"01890a5d-ac96-774b-bcce-b302099a8058"})", forbidden, {}},
      {"everything at once", R"({"items":[{"sku":"","quantity":0,"unit_price":-1}],"currency":"euro","discount":5})", validation_failed,
       {"/currency", "/discount", quantity, "/items/0/sku", price}},
  };
}

}  // namespace

TEST_CASE("an order that breaks the contract is refused, with all that is wrong with it") {
  for (const auto& row : refusals()) {
    INFO(row.what);
    const auto order = read_new_order(row.body, kAnna);
    REQUIRE_FALSE(order.has_value());
    CHECK(order.error().code == row.code);
    CHECK(pointers_of(order.error()) == row.pointers);
  }
}

TEST_CASE("an order at its limits is taken") {
  std::string items;
  for (std::size_t count = 0; count < kItemsMax; ++count) {
    items += fmt::format(R"({}{{"sku":"{}","name":"","quantity":1000000,"unit_price":10000}})", count ? "," : "", std::string(64, 'x'));
  }
  const auto order = read_new_order(fmt::format(R"({{"items":[{}],"currency":"EUR"}})", items), kAnna);
  REQUIRE(order.has_value());
  REQUIRE(order->total.minor == kAmountMax);
  REQUIRE(order->items.size() == kItemsMax);
}

TEST_CASE("one's own id may be named") {
  const auto body = fmt::format(R"({{"items":[{{"sku":"A","quantity":1,"unit_price":1}}],"currency":"EUR","user_id":"{}"}})",
                                kAnna.user_id.text());
  REQUIRE(read_new_order(body, kAnna).has_value());
}

TEST_CASE("the same order has the same fingerprint however it is spelled, and another one has another") {
  const auto fingerprint = [](std::string_view body) {
    return commands::fingerprint_of(read_new_order(body, kAnna)->canonical);
  };
  const auto one = fingerprint(R"({"items":[{"sku":"A","quantity":1,"unit_price":1}],"currency":"EUR"})");
  CHECK(fingerprint(R"({ "currency":"EUR", "items":[{"unit_price":1,"quantity":1,"sku":"\u0041","name":""}] })") == one);
  for (const auto* other : {R"({"items":[{"sku":"A","quantity":1,"unit_price":2}],"currency":"EUR"})",
                            R"({"items":[{"sku":"A","quantity":1,"unit_price":1}],"currency":"USD"})",
                            R"({"items":[{"sku":"A","quantity":1,"unit_price":1,"name":"n"}],"currency":"EUR"})"}) {
    CHECK(fingerprint(other) != one);
  }
}

TEST_CASE("a cancellation may say why, in up to 500 characters, and need say nothing") {
  CHECK(read_cancellation("").value() == read_cancellation("{}").value());
  CHECK(read_cancellation(R"({"reason":"too late"})").value() != read_cancellation("{}").value());
  CHECK(read_cancellation(R"({"reason":")" + std::string(500, 'x') + R"("})").has_value());
  CHECK(read_cancellation(R"({"reason":")" + std::string(501, 'x') + R"("})").error().code == http::ProblemCode::validation_failed);
  CHECK(read_cancellation(R"({"reason":1})").error().code == http::ProblemCode::validation_failed);
  CHECK(read_cancellation(R"({"why":"no"})").error().code == http::ProblemCode::validation_failed);
  CHECK(read_cancellation("{").error().code == http::ProblemCode::malformed_json);
}

}  // namespace ordo::orders
