#include <catch2/catch.hpp>

#include "gateway/orders/order_json.hpp"

namespace ordo::orders {
namespace {

OrderView paid_order() {
  OrderView order;
  order.order_id = *OrderId::parse("01890a5d-ac96-774b-bcce-b302099a8001");
  order.user_id = *UserId::parse("01890a5d-ac96-774b-bcce-b302099a8002");
  order.status = "PAID";
  order.items_json = R"([{"sku":"A","quantity":1,"unit_price":1250}])";
  order.total = {1250, *Currency::parse("EUR")};
  order.payment_operation_id = OperationId::parse("01890a5d-ac96-774b-bcce-b302099a8003");
  order.created_at = {0};
  order.updated_at = {1};
  order.version = 3;
  return order;
}

}  // namespace

TEST_CASE("an order is shown as the contract says") {
  REQUIRE(to_json(paid_order()) ==
          R"({"id":"01890a5d-ac96-774b-bcce-b302099a8001","user_id":"01890a5d-ac96-774b-bcce-b302099a8002","status":"PAID",)"
          R"("items":[{"sku":"A","quantity":1,"unit_price":1250}],"total":1250,"currency":"EUR",)"
          R"("payment_operation_id":"01890a5d-ac96-774b-bcce-b302099a8003","created_at":"1970-01-01T00:00:00.000Z",)"
          R"("updated_at":"1970-01-01T00:00:00.001Z","version":3})");
}

TEST_CASE("an order of which an event is parked says so in general, and has another tag") {
  auto order = paid_order();
  const auto sound = order_response(order);
  REQUIRE(sound.body.find("degraded") == std::string::npos);
  order.degraded = true;
  const auto degraded = order_response(order);
  REQUIRE(degraded.body == sound.body.substr(0, sound.body.size() - 1) +
                               R"(,"degraded":true,"degraded_reason":"an event of this order waits for an operator"})");
  REQUIRE(http::find_header(degraded.headers, "ETag") != http::find_header(sound.headers, "ETag"));
  REQUIRE(accepted_response(order).body == accepted_response(paid_order()).body);
}

TEST_CASE("a history is degraded as its order is") {
  REQUIRE(history_response({{}, false}).body == R"({"items":[]})");
  REQUIRE(history_response({{}, true}).body ==
          R"({"items":[],"degraded":true,"degraded_reason":"an event of this order waits for an operator"})");
}

TEST_CASE("a repeat shows the order as it was when it was asked for") {
  const auto response = accepted_response(paid_order());
  REQUIRE(response.status == 202);
  REQUIRE(http::find_header(response.headers, "Location") == "/api/orders/01890a5d-ac96-774b-bcce-b302099a8001");
  auto as_new = paid_order();
  as_new.status = "NEW";
  as_new.payment_operation_id.reset();
  as_new.updated_at = as_new.created_at;
  as_new.version = 1;
  REQUIRE(response.body == to_json(as_new));
}

TEST_CASE("the tag of an order changes with its version") {
  auto order = paid_order();
  const auto tag = [&] { return std::string(*http::find_header(order_response(order).headers, "ETag")); };
  const auto before = tag();
  order.version = 4;
  REQUIRE(tag() != before);
}

TEST_CASE("who waited is told 201, or 402 with the order and why") {
  auto order = paid_order();
  REQUIRE(final_response(order, {})->status == 201);
  struct Row {
    std::string reason;
    http::ProblemCode code;
  };
  const auto row = GENERATE(Row{"INSUFFICIENT_FUNDS", http::ProblemCode::insufficient_funds},
                            Row{"NO_ACCOUNT", http::ProblemCode::no_account},
                            Row{"CURRENCY_MISMATCH", http::ProblemCode::currency_mismatch});
  order.status = "CANCELLED";
  order.payment_operation_id.reset();
  order.cancel_reason = row.reason;
  const auto told = final_response(order, {});
  REQUIRE(told.error().code == row.code);
  REQUIRE(told.error().member->name == "order");
  REQUIRE(told.error().member->json == to_json(order));
}

TEST_CASE("an order that was made and then cancelled on request is no failure to who waited for it") {
  auto order = paid_order();
  order.status = GENERATE("CANCELLED", "REFUNDED");
  order.cancel_reason = "REQUESTED";
  REQUIRE(final_response(order, {})->status == 201);
}

TEST_CASE("who waited for a cancellation is shown the whole order, whether the end came with its items or without") {
  auto ended = paid_order();
  ended.status = "REFUNDED";
  ended.cancel_reason = "REQUESTED";
  ended.version = 5;
  const auto whole = cancel_final_response(paid_order(), ended);
  REQUIRE(whole->status == 200);
  REQUIRE(whole->body == to_json(ended));
  auto told = ended;
  told.items_json.clear();
  told.created_at = {99};
  told.cancel_reason.reset();
  REQUIRE(cancel_final_response(paid_order(), told)->body == whole->body);
}

TEST_CASE("an order that ended otherwise while its cancellation was on the way could not be cancelled") {
  auto ended = paid_order();
  ended.status = "CANCELLED";
  ended.payment_operation_id.reset();
  ended.cancel_reason = "INSUFFICIENT_FUNDS";
  const auto told = cancel_final_response(paid_order(), ended);
  REQUIRE(told.error().code == http::ProblemCode::order_not_cancellable);
  REQUIRE(told.error().member->json == to_json(ended));
}

TEST_CASE("an outcome that belongs to another body under the same key is not told") {
  REQUIRE(final_response(paid_order(), derived_uuid("test", {"other"})).error().code == http::ProblemCode::idempotency_key_reused);
}

}  // namespace ordo::orders
