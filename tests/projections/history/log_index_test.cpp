#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "events/log/in_memory_log.hpp"
#include "tests/projections/history/told_events.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;

TEST_CASE("the read model knows the places of an order's events, and up to where it knows them all") {
  const TemporaryDatabase database;
  const Story story({.seed = 75, .partitions = 2});
  project(database, story, projections::kServing);
  log::InMemoryLog log;
  story.tell(log);
  auto connection = database.connect();
  for (const auto& purchase : story.purchases()) {
    const auto index = must(projections::find_in_read_model(connection, purchase.order_id));
    for (const auto& [place, subject, event] : all_events_about(purchase.order_id, log, 2)) {
      // What operators ask for is no part of the read model: those streams are searched.
      if (place.stream.kind == log::StreamKind::commands || place.stream.kind == log::StreamKind::operations) continue;
      CAPTURE(text(place));
      CHECK(std::ranges::find(index.places, place) != index.places.end());
    }
    for (const auto& stream : story.streams()) {
      if (stream.kind == log::StreamKind::users || stream.kind == log::StreamKind::operations) continue;
      REQUIRE(index.reached.contains(stream));
      CHECK(index.reached.at(stream) == must(log.bounds(stream)).last_sequence);
    }
    CHECK(events_of_order(log, purchase.order_id, 2, index) == all_events_about(purchase.order_id, log, 2));
  }
}

TEST_CASE("what the read model has parked under the order or its user may be the order's") {
  const TemporaryDatabase database;
  const Story story({.seed = 77, .orders = 2});
  project(database, story, projections::kServing);
  auto connection = database.connect();
  const auto& purchase = story.purchases().front();
  const auto park = [&](UserId user, std::string_view order, std::int64_t sequence) {
    must(connection.run_script(fmt::format(
        "insert into read.parked_events (lane, stream, sequence, index, user_id, order_id, type, event_id, attempts) values "
        "('orders', 'ORDERS-0', {}, 0, '{}', '{}', 'X.v1', gen_random_uuid(), 0)", sequence, user.text(), order)));
  };
  constexpr auto kNoOrder = "00000000-0000-0000-0000-000000000000";
  park(purchase.user_id, purchase.order_id.text(), 1'001);
  park(purchase.user_id, kNoOrder, 1'002);
  park(purchase.user_id, OrderId::random().text(), 1'003);
  park(UserId::random(), kNoOrder, 1'004);
  auto candidates = must(projections::find_in_read_model(connection, purchase.order_id)).candidates;
  std::ranges::sort(candidates);
  const log::StreamName orders{log::StreamKind::orders, 0};
  CHECK(candidates == std::vector<log::StreamPosition>{{orders, {1'001, 0}}, {orders, {1'002, 0}}});
}

TEST_CASE("of an order that it does not know the read model names no places") {
  const TemporaryDatabase database;
  project(database, Story({.seed = 76, .orders = 1}), projections::kServing);
  auto connection = database.connect();
  const auto index = must(projections::find_in_read_model(connection, OrderId::random()));
  CHECK(index.places.empty());
  CHECK_FALSE(index.reached.empty());
}
