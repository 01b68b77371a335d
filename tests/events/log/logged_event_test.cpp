#include <catch2/catch.hpp>

#include "events/log/logged_event.hpp"

namespace ordo::log {
namespace {

TEST_CASE("the events of a message are told with their places, and their causes lie in the same partition") {
  Run run;
  const Cause cause{StreamKind::commands, {5, 1}, EventId::random()};
  run.events.push_back({EventId::random(), {"First.v1", "a"}, {}, {"c", "", {}}, {1}, {}});
  run.events.push_back({EventId::random(), {"Second.v1", "b"}, cause, {"c", "", {}}, {2}, {}});
  const auto events = events_of({{StreamKind::orders, 3}, 17, "orders.pending.3", encode_run(run)}).value();
  REQUIRE(events.size() == 2);
  CHECK(events[1] == LoggedEvent{{{StreamKind::orders, 3}, {17, 1}}, "orders.pending.3", run.events[1]});
  CHECK_FALSE(place_of_cause(events[0]));
  CHECK(place_of_cause(events[1]) == StreamPosition{{StreamKind::commands, 3}, {5, 1}});
}

TEST_CASE("a damaged message is named") {
  const auto damaged = events_of({{StreamKind::orders, 3}, 17, "orders.pending.3", ""});
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().text.starts_with("ORDERS-3@17: "));
}

}  // namespace
}  // namespace ordo::log
