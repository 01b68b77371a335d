#include <catch2/catch.hpp>

#include "gateway/event_streams/event_text.hpp"
#include "gateway/orders/order_json.hpp"
#include "tests/gateway/event_streams/told_order.hpp"

using namespace ordo;
using namespace ordo::event_streams;

TEST_CASE("an event is its id, its type and what the history shows of it, in one line each") {
  const auto told = entry("OrderPending.v1", {"ORDERS-1", 7, 2}, EventPlace{"COMMANDS-1", 3, 0}, 5, R"({"name":"two\nlines"})");
  JsonText json;
  orders::write(json, told);
  CHECK(event_text("abc", told) == "id: abc\nevent: OrderPending.v1\ndata: " + json.take() + "\n\n");
}

TEST_CASE("a stream begins with how soon to come again and an id, which no client takes for an event") {
  CHECK(begin_text("abc") == "retry: 1000\nid: abc\n\n");
  CHECK(comment_text("x") == ": x\n\n");
}
