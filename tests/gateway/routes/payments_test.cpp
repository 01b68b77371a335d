#include <catch2/catch.hpp>

#include "tests/gateway/routes/served_gateway.hpp"

namespace ordo::tests {
namespace {

constexpr auto* kFive = R"({"amount":5,"currency":"EUR"})";
const http::Header kWait{"Prefer", "wait=20"};

}  // namespace

TEST_CASE("a top-up that waits tells the balance; one that does not tells its operation") {
  ServedGateway gateway(GENERATE(Feed::on, Feed::off));
  const auto user = gateway.user_with(0);
  const auto waited = gateway.post(user, "/api/payments/topup", kFive, {kWait});
  REQUIRE(waited.status() == 200);
  REQUIRE(waited.json()["balance"] == 5);
  REQUIRE(waited.json()["currency"] == "EUR");
  const auto accepted = gateway.post(user, "/api/payments/topup", kFive);
  REQUIRE(accepted.status() == 202);
  REQUIRE(OperationId::parse(accepted.json()["operation_id"].get<std::string>()));
}

TEST_CASE("a repeated top-up adds its money once") {
  ServedGateway gateway;
  const auto user = gateway.user_with(0);
  const http::Headers keyed{{"Idempotency-Key", "k"}, kWait};
  const auto first = gateway.post(user, "/api/payments/topup", kFive, keyed);
  const bool anew = GENERATE(false, true);
  if (anew) {
    static_cast<void>(gateway.get(user, "/api/payments/operations", {{"Ordo-After", first.header("Ordo-Position")}}));
    gateway.start_anew();
  }
  const auto again = gateway.post(user, "/api/payments/topup", kFive, keyed);
  REQUIRE(again.json() == first.json());
  REQUIRE(again.header("Ordo-Position") == first.header("Ordo-Position"));
  REQUIRE(again.header("Idempotency-Replayed") == "true");
  REQUIRE(gateway.post(user, "/api/payments/topup", R"({"amount":6,"currency":"EUR"})", keyed).status() == 422);
  REQUIRE(gateway.get(user, "/api/payments/balance/" + user.text(), {{"Ordo-After", first.header("Ordo-Position")}}).json()["balance"] == 5);
}

TEST_CASE("a top-up that cannot be is refused with its reason") {
  ServedGateway gateway;
  const auto nobody = gateway.post(UserId::random(), "/api/payments/topup", kFive, {kWait});
  REQUIRE(nobody.json()["code"] == "no_account");
  const auto user = gateway.user_with(0);
  const http::Headers keyed{{"Idempotency-Key", "k"}, kWait};
  const auto dollars = gateway.post(user, "/api/payments/topup", R"({"amount":5,"currency":"USD"})", keyed);
  REQUIRE(dollars.json()["code"] == "currency_mismatch");
  const auto again = gateway.post(user, "/api/payments/topup", R"({"amount":5,"currency":"USD"})", keyed);
  REQUIRE(again.json() == dollars.json());
  REQUIRE(again.header("Ordo-Position") == dollars.header("Ordo-Position"));
}

TEST_CASE("opening an account again changes nothing and shows what is there") {
  ServedGateway gateway;
  const auto user = gateway.user_with(7);
  REQUIRE(gateway.post(user, "/api/payments/account", "{}").status() == 202);
  const auto again = gateway.post(user, "/api/payments/account", R"({"currency":"USD"})", {kWait});
  REQUIRE(again.status() == 200);
  REQUIRE(again.json()["balance"] == 7);
  REQUIRE(again.json()["currency"] == "EUR");
}

TEST_CASE("an account that is asked for under a key is answered alike by a gateway that starts anew, and another currency is refused") {
  ServedGateway gateway;
  const auto user = gateway.user_with(7);
  const http::Header key{"Idempotency-Key", "k"};
  const auto first = gateway.post(user, "/api/payments/account", "{}", {key});
  REQUIRE(first.status() == 202);
  REQUIRE(first.header("Idempotency-Replayed").empty());
  const auto known = gateway.post(user, "/api/payments/topup", kFive, {kWait});  // billing reads the account's request before
  static_cast<void>(gateway.get(user, "/api/payments/operations", {{"Ordo-After", known.header("Ordo-Position")}}));
  for (const bool anew : {false, true}) {
    if (anew) gateway.start_anew();
    const auto again = gateway.post(user, "/api/payments/account", R"({"currency":"EUR"})", {key});
    REQUIRE(again.status() == 202);
    REQUIRE(again.json() == first.json());
    REQUIRE(again.header("Idempotency-Replayed") == "true");
    const auto waited = gateway.post(user, "/api/payments/account", "{}", {key, kWait});
    REQUIRE(waited.json()["balance"] == 12);
    REQUIRE(waited.header("Idempotency-Replayed") == "true");
    REQUIRE(gateway.post(user, "/api/payments/account", R"({"currency":"USD"})", {key}).json()["code"] == "idempotency_key_reused");
  }
}

TEST_CASE("the statement lists what moved the balance, newest first, page by page") {
  ServedGateway gateway;
  const auto user = gateway.user_with(10);
  const auto paid = gateway.post(user, "/api/orders", basket(4), {kWait});
  const http::Headers after{{"Ordo-After", paid.header("Ordo-Position")}};
  const auto first = gateway.get(user, "/api/payments/operations?limit=1", after);
  REQUIRE(first.status() == 200);
  const auto payment = first.json()["items"][0];
  REQUIRE(payment["kind"] == "payment");
  REQUIRE(payment["order_id"] == paid.json()["id"]);
  REQUIRE(payment["balance_after"] == 6);
  const auto cursor = first.json()["next_cursor"].get<std::string>();
  const auto second = gateway.get(user, "/api/payments/operations?limit=1&cursor=" + cursor);
  REQUIRE(second.json()["items"][0]["kind"] == "topup");
  REQUIRE_FALSE(second.json().contains("next_cursor"));
}

}  // namespace ordo::tests
