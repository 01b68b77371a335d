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

TEST_CASE("events are told as they happened, and never before their causes, whatever the clocks said") {
  const auto event = [](StreamKind kind, std::uint64_t sequence, std::int64_t time, std::optional<Cause> cause = {}) {
    return LoggedEvent{{{kind, 0}, {sequence, 0}}, "", {EventId::random(), {"Any.v1", ""}, std::move(cause), {}, {time}, {}}};
  };
  const auto command = event(StreamKind::commands, 5, 100);
  const auto pending = event(StreamKind::orders, 1, 90, Cause{StreamKind::commands, {5, 0}, command.event.id});
  const auto paid = event(StreamKind::billing, 9, 80, Cause{StreamKind::orders, {1, 0}, pending.event.id});
  const auto other = event(StreamKind::commands, 6, 95);
  CHECK(in_causal_order({other, paid, command, pending}) == std::vector{command, pending, paid, other});
}

TEST_CASE("a damaged message is named") {
  const auto damaged = events_of({{StreamKind::orders, 3}, 17, "orders.pending.3", ""});
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().text.starts_with("ORDERS-3@17: "));
}

}  // namespace
}  // namespace ordo::log
