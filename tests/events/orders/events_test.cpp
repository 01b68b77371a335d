#include <catch2/catch.hpp>

#include "events/orders/events.hpp"
#include "tests/events/payloads.hpp"

namespace ordo::orders {

TEST_CASE("a status is spelled as clients know it, and read back") {
  const auto [status, spelled] = GENERATE(table<Status, std::string>({{Status::new_, "NEW"},
                                                                      {Status::pending, "PENDING"},
                                                                      {Status::paid, "PAID"},
                                                                      {Status::cancelled, "CANCELLED"},
                                                                      {Status::refunded, "REFUNDED"}}));
  CHECK(text(status) == spelled);
  CHECK(parse_status(spelled) == status);
}

TEST_CASE("what is no status is none") {
  CHECK_FALSE(parse_status(""));
  CHECK_FALSE(parse_status("paid"));
  CHECK_FALSE(parse_status("UNKNOWN"));
}

TEST_CASE("a reason to cancel is spelled as clients know it") {
  CHECK(text(CancelReason::insufficient_funds) == "INSUFFICIENT_FUNDS");
  CHECK(text(CancelReason::no_account) == "NO_ACCOUNT");
  CHECK(text(CancelReason::currency_mismatch) == "CURRENCY_MISMATCH");
}

TEST_CASE("an order's total is the sum of its lines") {
  CHECK(total_of({{"TEA", "", 2, 450}, {"CUP", "", 1, 1200}}, kEuro) == Money{2100, kEuro});
  CHECK(total_of({}, kEuro) == Money{0, kEuro});
}

TEST_CASE("a total goes up to the largest amount and not beyond") {
  CHECK(total_of({{"ISLAND", "", 1, kAmountMax}}, kEuro) == Money{kAmountMax, kEuro});
  CHECK_FALSE(total_of({{"ISLAND", "", 1, kAmountMax}, {"SAND", "", 1, 1}}, kEuro));
  CHECK_FALSE(total_of({{"ISLAND", "", kQuantityMax, INT64_MAX}}, kEuro));
  CHECK_FALSE(total_of({{"GIFT", "", 1, -1}}, kEuro));
}

TEST_CASE("items are shown as clients sent them, without a name where there was none") {
  CHECK(items_json({{"TEA", "\"Assam\" <1>", 2, 450}, {"CUP", "", 1, 1200}}) ==
        R"([{"sku":"TEA","name":"\"Assam\" <1>","quantity":2,"unit_price":450},{"sku":"CUP","quantity":1,"unit_price":1200}])");
  CHECK(items_json({}) == "[]");
}

TEST_CASE("an order's events go to the subjects that the design names") {
  CHECK(topic_of(OrderPending{}) == log::Topic::order_pending);
  CHECK(topic_of(OrderUpdateMessage{}) == log::Topic::order_update);
}

}  // namespace ordo::orders
