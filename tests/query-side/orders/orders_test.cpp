#include <algorithm>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "query-side/orders/history.hpp"
#include "query-side/orders/orders.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;

namespace {

// The read model of a story, and a pool to ask it with.
struct Told {
  explicit Told(const StoryShape& shape) : story(shape), pool(database.pool_options()) { project(database, story, "read"); }

  TemporaryDatabase database;
  Story story;
  postgres::Pool pool;
};

std::vector<orders::OrderView> all_pages(postgres::Pool& pool, const orders::OrderFilter& filter, std::size_t limit) {
  std::vector<orders::OrderView> all;
  std::optional<orders::OrderKey> after;
  do {
    auto page = must(orders::list_orders(pool, filter, {.limit = limit, .after = after}));
    CHECK(page.orders.size() <= limit);
    std::ranges::move(page.orders, std::back_inserter(all));
    after = page.next;
  } while (after);
  return all;
}

bool newest_first(const std::vector<orders::OrderView>& orders) {
  return std::ranges::is_sorted(orders, std::ranges::greater{},
                                [](const auto& order) { return std::pair(order.created_at, order.order_id); });
}

}  // namespace

TEST_CASE("an order is found with all that was said of it") {
  Told told({.seed = 41});
  for (const auto& purchase : told.story.purchases()) {
    const auto order = must(orders::find_order(told.pool, purchase.order_id));
    REQUIRE(order);
    CHECK(order->user_id == purchase.user_id);
    CHECK(order->items_json == orders::items_json(purchase.items));
    CHECK(order->total == purchase.total);
    CHECK(order->fingerprint == purchase.fingerprint);
    CHECK(order->version >= 3);
    CHECK(order->updated_at >= order->created_at);
    const bool charged = order->payment_operation_id.has_value();
    const bool requested = order->cancel_reason == "REQUESTED";
    if (order->status == "PAID") CHECK((charged && !order->cancel_reason));
    if (order->status == "REFUNDED") CHECK((charged && requested));
    if (order->status == "CANCELLED") CHECK((requested || (!charged && order->cancel_reason == "INSUFFICIENT_FUNDS")));
  }
  CHECK_FALSE(must(orders::find_order(told.pool, OrderId::random())));
}

TEST_CASE("many orders are found at once; those that are not there are left out") {
  Told told({.seed = 42});
  std::vector<OrderId> wanted{OrderId::random()};
  for (const auto& purchase : told.story.purchases()) wanted.push_back(purchase.order_id);
  CHECK(must(orders::find_orders(told.pool, wanted)).size() == told.story.purchases().size());
  CHECK(must(orders::find_orders(told.pool, {})).empty());
}

TEST_CASE("pages of a list hold every order once, newest first") {
  Told told({.seed = 43});
  for (const std::size_t limit : {1, 7, 60, 100}) {
    const auto all = all_pages(told.pool, {}, limit);
    std::set<OrderId> ids;
    for (const auto& order : all) ids.insert(order.order_id);
    CHECK(ids.size() == told.story.purchases().size());
    CHECK(all.size() == ids.size());
    CHECK(newest_first(all));
  }
}

TEST_CASE("a list shows only the user and the status that were asked for") {
  Told told({.seed = 44});
  std::size_t count = 0;
  for (const auto& user : told.story.users()) {
    for (const std::string status : {"PAID", "CANCELLED", "REFUNDED", "NEW"}) {
      for (const auto& order : all_pages(told.pool, {user, status}, 5)) {
        CHECK(order.user_id == user);
        CHECK(order.status == status);
        ++count;
      }
    }
  }
  CHECK(count == told.story.purchases().size());
}

TEST_CASE("an offset skips as many orders") {
  Told told({.seed = 45});
  const auto all = all_pages(told.pool, {}, 100);
  const auto page = must(orders::list_orders(told.pool, {}, {.limit = 5, .offset = 10}));
  REQUIRE(page.orders.size() == 5);
  CHECK(page.orders[0].order_id == all[10].order_id);
  CHECK(page.next);
  CHECK_FALSE(must(orders::list_orders(told.pool, {}, {.limit = 5, .offset = all.size() - 5})).next);
  CHECK(must(orders::list_orders(told.pool, {}, {.limit = 5, .offset = all.size()})).orders.empty());
}

TEST_CASE("an order's history begins with the command and puts causes before effects") {
  Told told({.seed = 46});
  for (const auto& purchase : told.story.purchases()) {
    const auto history = must(orders::order_history(told.pool, purchase.order_id)).entries;
    REQUIRE(history.size() >= 5);
    CHECK(history[0].type == "OrderCreateRequested.v1");
    CHECK_FALSE(history[0].cause);
    std::map<EventPlace, std::string> seen;
    for (const auto& entry : history) {
      if (entry.type == "InputParked.v1" || entry.type == "ParkedReleased.v1") continue;  // of what is no event of the order (yet)
      if (entry.cause) REQUIRE(seen.contains(*entry.cause));
      // A cancellation is a request of its own.
      if (entry.cause) CHECK(entry.correlation_id == seen.at(*entry.cause));
      CHECK(seen.emplace(entry.place, entry.correlation_id).second);
      CHECK(entry.user_id == purchase.user_id);
      CHECK(entry.actor == purchase.user_id);
    }
  }
  CHECK(must(orders::order_history(told.pool, OrderId::random())).entries.empty());
}

TEST_CASE("an order is degraded as long as an event of it, or all of its user's, is parked") {
  Told told({.seed = 47});
  const auto& parked = told.story.parked();
  std::size_t degraded = 0;
  for (const auto& purchase : told.story.purchases()) {
    const bool waits = parked.contains({purchase.user_id, purchase.order_id}) || parked.contains({purchase.user_id, std::nullopt});
    INFO(purchase.order_id.text());
    CHECK(must(orders::find_order(told.pool, purchase.order_id))->degraded == waits);
    CHECK(must(orders::order_history(told.pool, purchase.order_id)).degraded == waits);
    degraded += waits ? 1U : 0U;
  }
  std::size_t listed = 0;
  for (const auto& order : all_pages(told.pool, {}, 100)) listed += order.degraded ? 1U : 0U;
  CHECK(listed == degraded);
  CHECK(degraded > 0);
  CHECK(degraded < told.story.purchases().size());
}

TEST_CASE("a cause comes before its effect though a clock says otherwise") {
  orders::HistoryEntry command, pending, payment;
  command.place = {"COMMANDS-0", 9, 0};
  command.occurred_at = {3'000};
  pending.place = {"ORDERS-0", 4, 0};
  pending.cause = command.place;
  pending.occurred_at = {2'000};
  payment.place = {"BILLING-0", 4, 0};
  payment.cause = pending.place;
  payment.occurred_at = {1'000};
  const auto ordered = orders::in_causal_order({payment, pending, command});
  CHECK(ordered[0].place == command.place);
  CHECK(ordered[1].place == pending.place);
  CHECK(ordered[2].place == payment.place);
}
