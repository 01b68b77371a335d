#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/gateway/routes/served_gateway.hpp"

namespace ordo::tests {
namespace {

const http::Header kWait{"Prefer", "wait=20"};

// Of an order that is paid, once the read model knows it.
std::string paid_order(ServedGateway& gateway, UserId user, std::int64_t price) {
  const auto order = gateway.post(user, "/api/orders", basket(price), {kWait});
  REQUIRE(order.status() == 201);
  const auto position = order.header("Ordo-Position");
  if (!position.empty()) REQUIRE(gateway.get(user, order.header("Location"), {{"Ordo-After", position}}).status() == 200);
  return order.header("Location");
}

std::int64_t balance(ServedGateway& gateway, UserId user, const std::string& position) {
  const auto after = position.empty() ? http::Headers{} : http::Headers{{"Ordo-After", position}};
  return gateway.get(user, "/api/payments/balance/" + user.text(), after).json()["balance"];
}

}  // namespace

TEST_CASE("a paid order is cancelled, refunded and shown as the read model has it, whether the feed tells it or not") {
  ServedGateway gateway(GENERATE(Feed::on, Feed::off));
  const auto user = gateway.user_with(1'000);
  const auto path = paid_order(gateway, user, 600);
  const auto refunded = gateway.post(user, path + "/cancel", R"({"reason":"I changed my mind"})", {kWait});
  REQUIRE(refunded.status() == 200);
  REQUIRE(refunded.header("Preference-Applied") == "wait=20");
  REQUIRE(refunded.header("Location") == path);
  REQUIRE(refunded.json()["status"] == "REFUNDED");
  REQUIRE(refunded.json()["cancel_reason"] == "REQUESTED");
  REQUIRE(refunded.json()["version"] == 5);
  const auto position = refunded.header("Ordo-Position");
  if (!position.empty()) {
    REQUIRE(gateway.get(user, path, {{"Ordo-After", position}}).json() == refunded.json());
    REQUIRE(balance(gateway, user, position) == 1'000);
  }
}

TEST_CASE("a cancellation that does not wait is stored and answered with the order as it is") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto path = paid_order(gateway, user, 600);
  const auto accepted = gateway.post(user, path + "/cancel", "");
  REQUIRE(accepted.status() == 202);
  REQUIRE(accepted.header("Location") == path);
  REQUIRE(accepted.header("Retry-After") == "1");
  REQUIRE(accepted.json()["status"] == "PAID");
  const auto read = gateway.get(user, path, {{"Ordo-After", accepted.header("Ordo-Position")}});
  REQUIRE(read.status() == 200);
}

TEST_CASE("an order that was accepted a moment ago may be cancelled at once, and no money is lost in the race") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  for (int round = 0; round < 10; ++round) {
    const auto order = gateway.post(user, "/api/orders", basket(100));
    const auto cancelled = gateway.post(user, order.header("Location") + "/cancel", "{}", {kWait});
    REQUIRE(cancelled.status() == 200);
    const auto status = cancelled.json()["status"].get<std::string>();
    REQUIRE((status == "CANCELLED" || status == "REFUNDED"));
    REQUIRE(cancelled.json()["items"] == order.json()["items"]);
    // One that was pending is charged all the same, and refunded; a second look sees it, or it will.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (gateway.get(user, order.header("Location")).json()["status"] != "REFUNDED") {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      std::this_thread::yield();
    }
  }
  const auto last = gateway.post(user, "/api/payments/topup", R"({"amount":1,"currency":"EUR"})", {kWait});
  REQUIRE(balance(gateway, user, last.header("Ordo-Position")) == 1'001);
}

TEST_CASE("an order that is over cannot be cancelled, and the answer shows it") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto path = paid_order(gateway, user, 600);
  const auto refunded = gateway.post(user, path + "/cancel", "{}", {kWait});
  const http::Headers after{{"Ordo-After", refunded.header("Ordo-Position")}, kWait};
  const auto again = gateway.post(user, path + "/cancel", "{}", after);
  REQUIRE(again.status() == 409);
  REQUIRE(again.json()["code"] == "order_not_cancellable");
  REQUIRE(again.json()["order"] == refunded.json());

  const auto refused = gateway.post(user, "/api/orders", basket(5'000), {kWait});
  const auto dead = refused.header("Location");
  const auto too_late = gateway.post(user, dead + "/cancel", "{}", {{"Ordo-After", refused.header("Ordo-Position")}});
  REQUIRE(too_late.json()["code"] == "order_not_cancellable");
  REQUIRE(too_late.json()["order"]["cancel_reason"] == "INSUFFICIENT_FUNDS");
}

TEST_CASE("a repeated cancellation is answered as the first was, by this gateway and by one that starts anew") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto path = paid_order(gateway, user, 600);
  const http::Header key{"Idempotency-Key", "stop"};
  const auto first = gateway.post(user, path + "/cancel", "{}", {key, kWait});
  REQUIRE(first.status() == 200);
  REQUIRE(first.header("Idempotency-Replayed").empty());
  REQUIRE(gateway.get(user, path, {{"Ordo-After", first.header("Ordo-Position")}}).json() == first.json());
  for (const bool anew : {false, true}) {
    if (anew) gateway.start_anew();
    const auto again = gateway.post(user, path + "/cancel", "{}", {key, kWait});
    REQUIRE(again.status() == 200);
    REQUIRE(again.header("Idempotency-Replayed") == "true");
    REQUIRE(again.header("Ordo-Position") == first.header("Ordo-Position"));
    REQUIRE(again.json() == first.json());
    const auto without_waiting = gateway.post(user, path + "/cancel", "{}", {key});
    REQUIRE(without_waiting.status() == 202);
    REQUIRE(without_waiting.header("Idempotency-Replayed") == "true");
    REQUIRE_FALSE(without_waiting.header("Ordo-Position").empty());
  }
  gateway.start_anew();
  REQUIRE(gateway.post(user, path + "/cancel", R"({"reason":"other"})", {key}).json()["code"] == "idempotency_key_reused");
  REQUIRE(gateway.post(user, path + "/cancel", "{}", {{"Idempotency-Key", "another"}}).status() == 409);
  const auto history = gateway.get(user, path + "/history").json()["items"];
  REQUIRE(std::ranges::count_if(history, [](const auto& event) { return event["type"] == "OrderCancelRequested.v1"; }) == 1);
}

TEST_CASE("someone else's order, and one that is not there, cannot be cancelled; an admin may read and no more") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto path = paid_order(gateway, user, 1);
  CHECK(gateway.post(UserId::random(), path + "/cancel", "{}").status() == 404);
  CHECK(gateway.post(gateway.admin, path + "/cancel", "{}").status() == 404);
  CHECK(gateway.post(user, "/api/orders/" + OrderId::random().text() + "/cancel", "{}").status() == 404);
  CHECK(gateway.post(user, "/api/orders/not-an-id/cancel", "{}").status() == 404);
  CHECK(gateway.post(user, path + "/cancel", R"({"why":1})").status() == 422);
  CHECK(gateway.get(user, path).json()["status"] == "PAID");
}

TEST_CASE("the history of a refunded order tells every step, each caused by one before it") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto path = paid_order(gateway, user, 1);
  const auto refunded = gateway.post(user, path + "/cancel", "{}", {kWait});
  const auto history = gateway.get(user, path + "/history", {{"Ordo-After", refunded.header("Ordo-Position")}}).json()["items"];
  std::vector<std::string> types;
  for (const auto& event : history) types.push_back(event["type"]);
  const std::vector<std::string> told{"OrderCreateRequested.v1", "OrderPending.v1",      "PaymentProcessed.v1",
                                      "OrderUpdateMessage.v1",   "OrderCancelRequested.v1", "OrderUpdateMessage.v1",
                                      "PaymentRefunded.v1",      "OrderUpdateMessage.v1"};
  REQUIRE(types == told);
  REQUIRE(history[4]["cause"].is_null());
  for (const std::size_t effect : {5U, 6U, 7U}) REQUIRE(history[effect]["cause"] == history[effect - 1]["position"]);
}

}  // namespace ordo::tests
