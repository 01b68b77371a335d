#include <catch2/catch.hpp>

#include "tests/gateway/routes/served_gateway.hpp"
#include "tests/projections/read_models.hpp"

namespace ordo::tests {
namespace {

const http::Header kWait{"Prefer", "wait=20"};

OrderId order_of(const Answer& answer) { return *OrderId::parse(answer.json()["id"].get<std::string>()); }

}  // namespace

TEST_CASE("an order of which an owner has parked an event is degraded wherever it is read, and no other is") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto broken = gateway.post(user, "/api/orders", basket(1), {kWait});
  const auto sound = gateway.post(user, "/api/orders", basket(2), {kWait});
  const http::Headers after{{"Ordo-After", sound.header("Ordo-Position")}};
  const auto before = gateway.get(user, broken.header("Location"), after);
  CHECK_FALSE(before.json().contains("degraded"));

  gateway.append_unreadable(log::Topic::user_registered, {user, order_of(broken)});
  REQUIRE(eventually([&] { return gateway.get(user, broken.header("Location")).json().contains("degraded"); }));
  const auto degraded = gateway.get(user, broken.header("Location"), {{"If-None-Match", before.header("ETag")}});
  CHECK(degraded.status() == 200);
  CHECK(degraded.json()["degraded_reason"] == "an event of this order waits for an operator");
  CHECK(degraded.response.body.find("Painted") == std::string::npos);
  CHECK(gateway.get(user, broken.header("Location") + "/history").json()["degraded"] == true);

  CHECK_FALSE(gateway.get(user, sound.header("Location")).json().contains("degraded"));
  CHECK_FALSE(gateway.get(user, "/api/payments/balance/" + user.text()).json().contains("degraded"));
  const auto list = gateway.get(user, "/api/orders").json();
  for (const auto& order : list["items"]) CHECK(order.contains("degraded") == (order["id"] == broken.json()["id"]));
}

TEST_CASE("an order of which the projection cannot show an event is degraded, and the gateway goes on") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto order = gateway.post(user, "/api/orders", basket(1), {kWait});
  gateway.append_unreadable(log::Topic::order_create, {user, order_of(order)});
  REQUIRE(eventually([&] { return gateway.get(user, order.header("Location")).json().contains("degraded"); }));
  const auto next = gateway.post(user, "/api/orders", basket(2), {kWait});
  CHECK(next.status() == 201);
  const auto read = gateway.get(user, next.header("Location"), {{"Ordo-After", next.header("Ordo-Position")}});
  CHECK(read.status() == 200);
  CHECK_FALSE(read.json().contains("degraded"));
}

TEST_CASE("a wallet that an owner has parked is degraded, and so is all of its user's") {
  ServedGateway gateway;
  const auto user = gateway.user_with(1'000);
  const auto balance = "/api/payments/balance/" + user.text();
  const auto before = gateway.get(user, balance);
  gateway.append_unreadable(log::Topic::user_registered, {user, std::nullopt});
  REQUIRE(eventually([&] { return gateway.get(user, balance).json().contains("degraded"); }));
  CHECK(gateway.get(user, balance, {{"If-None-Match", before.header("ETag")}}).status() == 200);
  CHECK(gateway.get(user, "/api/payments/operations").json()["degraded"] == true);
  CHECK_FALSE(gateway.get(gateway.user_with(1), "/api/payments/operations").json().contains("degraded"));

  // What comes now waits behind it: who waits is told at the end of his time that the order is accepted, and whoever reads it sees why.
  const auto order = gateway.post(user, "/api/orders", basket(1), {{"Prefer", "wait=1"}});
  CHECK(order.status() == 202);
  const auto read = gateway.get(user, order.header("Location"), {{"Ordo-After", order.header("Ordo-Position")}});
  CHECK(read.status() == 200);
  CHECK(read.json()["degraded"] == true);
}

}  // namespace ordo::tests
