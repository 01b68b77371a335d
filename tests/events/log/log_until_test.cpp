#include <catch2/catch.hpp>

#include "events/log/event.hpp"
#include "events/log/in_memory_log.hpp"
#include "events/log/log_until.hpp"
#include "tests/events/log/observed.hpp"

namespace ordo::log {
namespace {

constexpr StreamName kOrders{StreamKind::orders, 0};

// Runs of three events each.
void fill(EventLog& log, int messages) {
  Run run;
  for (int count = 0; count < 3; ++count) run.events.push_back({EventId::random(), {"OrderPending.v1", "x"}, {}, {}, {}, {}});
  for (int count = 0; count < messages; ++count) {
    log.append({kOrders, subjects_of(kOrders).front(), encode_run(run), {}}, [](const auto&) {});
  }
}

std::size_t events_of(const StoredMessage& message) {
  const auto run = decode_run(message.payload);
  REQUIRE(run);
  return run->events.size();
}

}  // namespace

TEST_CASE("a log as it was ends with the event that it is given, in the middle of a message") {
  InMemoryLog stored;
  fill(stored, 9);
  LogUntil log(stored, {{kOrders, {4, 1}}});
  CHECK(log.bounds(kOrders)->last_sequence == 4);
  CHECK(events_of(*log.get(kOrders, 3)) == 3);
  CHECK(events_of(*log.get(kOrders, 4)) == 2);
  CHECK_FALSE(log.get(kOrders, 5));
  Delivered seen;
  const auto reader = log.read(kOrders, 2, seen.deliver());
  const auto messages = seen.wait_for(3);
  REQUIRE(messages.size() == 3);
  CHECK(messages[1].sequence == 3);
  CHECK(events_of(messages[1]) == 3);
  CHECK(events_of(messages[2]) == 2);
}

TEST_CASE("a stream of which nothing is said has nothing in a log as it was, and one may stand behind every end") {
  InMemoryLog stored;
  fill(stored, 2);
  LogUntil nothing(stored, {});
  CHECK(nothing.bounds(kOrders)->last_sequence == 0);
  LogUntil all(stored, {{kOrders, {7, kWholeMessage}}});
  CHECK(all.bounds(kOrders)->last_sequence == 2);
  CHECK(events_of(*all.get(kOrders, 2)) == 3);
  const auto reader = all.read(kOrders, 8, [](const StoredMessage&) {});
}

TEST_CASE("a reader of a log as it was that has come to the end is let go") {
  InMemoryLog stored;
  fill(stored, 50);
  LogUntil log(stored, {{kOrders, {1, kWholeMessage}}});
  Delivered seen;
  auto reader = log.read(kOrders, 1, seen.deliver());
  CHECK(seen.wait_for(1).size() == 1);
  reader.reset();
  CHECK(seen.wait_for(1).size() == 1);
}

}  // namespace ordo::log
