#include <catch2/catch.hpp>

#include <thread>

#include "tests/gateway/routes/served_gateway.hpp"

namespace ordo::tests {
namespace {

const http::Header kWait{"Prefer", "wait=20"};

// Times are stored to the millisecond; orders of the same one have no order among them.
void wait_for_the_next_millisecond() {
  SystemClock clock;
  for (const auto now = clock.now(); clock.now() == now;) std::this_thread::yield();
}

}  // namespace

TEST_CASE("an order that does not wait is NEW, and with its position is readable until it is PAID") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto accepted = gateway.post(user, "/api/orders", basket(300));
  REQUIRE(accepted.status() == 202);
  REQUIRE(accepted.json()["status"] == "NEW");
  REQUIRE(accepted.header("Retry-After") == "1");
  REQUIRE(accepted.header("Location") == "/api/orders/" + accepted.json()["id"].get<std::string>());
  const auto read = gateway.get(user, accepted.header("Location"), {{"Ordo-After", accepted.header("Ordo-Position")}});
  REQUIRE(read.status() == 200);
  REQUIRE(read.json()["items"] == accepted.json()["items"]);
  REQUIRE(read.json()["created_at"] == accepted.json()["created_at"]);
}

TEST_CASE("an order that waits is answered with its end, as the read model shows it, whether the feed tells it or not") {
  ServedGateway gateway(GENERATE(Feed::on, Feed::off));
  const auto user = gateway.user_with(1'000);
  const auto paid = gateway.post(user, "/api/orders", basket(600), {kWait});
  REQUIRE(paid.status() == 201);
  REQUIRE(paid.header("Preference-Applied") == "wait=20");
  REQUIRE(paid.json()["status"] == "PAID");
  const http::Headers after{{"Ordo-After", paid.header("Ordo-Position")}};
  REQUIRE(gateway.get(user, paid.header("Location"), after).json() == paid.json());
  REQUIRE(gateway.get(user, "/api/payments/balance/" + user.text(), after).json()["balance"] == 400);

  const auto refused = gateway.post(user, "/api/orders", basket(600), {kWait});
  REQUIRE(refused.status() == 402);
  REQUIRE(refused.json()["code"] == "insufficient_funds");
  REQUIRE(refused.json()["order"]["status"] == "CANCELLED");
  REQUIRE(refused.json()["order"]["cancel_reason"] == "INSUFFICIENT_FUNDS");
}

TEST_CASE("without an account, or in another currency, an order is refused for it") {
  ServedGateway gateway;
  REQUIRE(gateway.post(UserId::random(), "/api/orders", basket(1), {kWait}).json()["code"] == "no_account");
  const auto user = gateway.user_with(100);
  const auto* dollars = R"({"items":[{"sku":"A","quantity":1,"unit_price":1}],"currency":"USD"})";
  REQUIRE(gateway.post(user, "/api/orders", dollars, {kWait}).json()["code"] == "currency_mismatch");
}

TEST_CASE("a repeat is answered as the first, by this gateway and by one that starts anew") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const http::Headers keyed{{"Idempotency-Key", "k"}};
  const http::Headers keyed_wait{{"Idempotency-Key", "k"}, kWait};
  const auto first = gateway.post(user, "/api/orders", basket(300), keyed_wait);
  REQUIRE(first.status() == 201);
  const bool anew = GENERATE(false, true);
  if (anew) {
    static_cast<void>(gateway.get(user, first.header("Location"), {{"Ordo-After", first.header("Ordo-Position")}}));
    gateway.start_anew();
  }
  const auto again = gateway.post(user, "/api/orders", basket(300), keyed_wait);
  REQUIRE(again.status() == 201);
  REQUIRE(again.header("Idempotency-Replayed") == "true");
  REQUIRE(again.header("Ordo-Position") == first.header("Ordo-Position"));
  REQUIRE(again.json() == first.json());
  const auto without_waiting = gateway.post(user, "/api/orders", basket(300), keyed);
  REQUIRE(without_waiting.status() == 202);
  REQUIRE(without_waiting.json()["id"] == first.json()["id"]);
  REQUIRE(without_waiting.json()["status"] == "NEW");
  REQUIRE(gateway.post(user, "/api/orders", basket(301), keyed).json()["code"] == "idempotency_key_reused");
  REQUIRE(gateway.get(user, "/api/payments/balance/" + user.text(), {{"Ordo-After", first.header("Ordo-Position")}}).status() == 200);
}

TEST_CASE("someone else's order is not there; an admin sees it") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto stranger = UserId::random();
  const auto order = gateway.post(user, "/api/orders", basket(1), {kWait});
  const http::Headers after{{"Ordo-After", order.header("Ordo-Position")}};
  const auto path = order.header("Location");
  for (const auto& target : {path, path + "/history", "/api/orders?user_id=" + user.text(), "/api/payments/balance/" + user.text(),
                             "/api/payments/operations?user_id=" + user.text(), "/api/notifications?user_id=" + user.text()}) {
    INFO(target);
    CHECK(gateway.get(stranger, target, after).status() == 404);
    CHECK(gateway.get(gateway.admin, target, after).status() == 200);
  }
  REQUIRE(gateway.get(user, "/api/orders/not-an-id").status() == 404);
  REQUIRE(gateway.get(user, "/api/orders/" + OrderId::random().text()).status() == 404);
}

TEST_CASE("what has not changed is not sent again") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto order = gateway.post(user, "/api/orders", basket(1), {kWait});
  for (const auto& target : {order.header("Location"), "/api/payments/balance/" + user.text()}) {
    const auto read = gateway.get(user, target, {{"Ordo-After", order.header("Ordo-Position")}});
    const auto unchanged = gateway.get(user, target, {{"If-None-Match", read.header("ETag")}});
    REQUIRE(unchanged.status() == 304);
    REQUIRE(unchanged.response.body.empty());
  }
}

TEST_CASE("following the links of a list shows every order once, newest first") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  std::string position;
  for (int price = 1; price <= 7; ++price) {
    position = gateway.post(user, "/api/orders", basket(price), {kWait}).header("Ordo-Position");
    wait_for_the_next_millisecond();
  }
  const http::Headers after{{"Ordo-After", position}};
  std::vector<int> totals;
  std::string target = "/api/orders?limit=3&status=PAID";
  while (!target.empty()) {
    const auto page = gateway.get(user, target, after);
    REQUIRE(page.status() == 200);
    const auto listed = page.json();
    for (const auto& order : listed["items"]) totals.push_back(order["total"]);
    const auto link = page.header("Link");
    target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
  }
  REQUIRE(totals == std::vector<int>{7, 6, 5, 4, 3, 2, 1});
  const auto cursor = gateway.get(user, "/api/orders?limit=3", after).json()["next_cursor"].get<std::string>();
  REQUIRE(gateway.get(user, "/api/orders?limit=3&status=PAID&cursor=" + cursor).json()["code"] == "invalid_cursor");
}

TEST_CASE("the history of an order tells its events in order, each with its cause") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto order = gateway.post(user, "/api/orders", basket(1), {kWait});
  const auto history = gateway.get(user, order.header("Location") + "/history", {{"Ordo-After", order.header("Ordo-Position")}});
  const auto events = history.json()["items"];
  REQUIRE(events.size() >= 4);
  REQUIRE(events[0]["type"] == "OrderCreateRequested.v1");
  REQUIRE(events[0]["cause"].is_null());
  for (std::size_t at = 1; at < events.size(); ++at) {
    REQUIRE(events[at]["cause"] == events[at - 1]["position"]);
    REQUIRE(events[at]["correlation_id"] == "test");
  }
}

}  // namespace ordo::tests
