#include <catch2/catch.hpp>

#include "projections/history/moment.hpp"
#include "tests/projections/history/told_events.hpp"
#include "tests/projections/verification/audited_story.hpp"

using namespace ordo;
using namespace ordo::tests;
using log::StreamKind;
using projections::Moment;

namespace {

std::vector<std::string> places_until(log::EventLog& log, OrderId order, const Moment& moment) {
  std::vector<std::string> places;
  for (const auto& logged : projections::events_until(moment, events_of_order(log, order))) places.push_back(log::text(logged.at));
  return places;
}

struct Told {
  Told() { story.tell(log); }

  [[nodiscard]] std::vector<std::string> until(const log::StreamPosition& place, OrderId order) {
    return places_until(log, order, Moment::at(log, {place}).value());
  }

  AuditedStory story;
  log::InMemoryLog log;
};

using Places = std::vector<std::string>;

}  // namespace

TEST_CASE("a place in the log holds what was known to whoever decided what stands there") {
  Told told;
  CHECK(told.until(at(StreamKind::commands, 2), told.story.paid) == Places{"COMMANDS-0@2.0"});
  CHECK(told.until(at(StreamKind::orders, 1), told.story.paid) == Places{"COMMANDS-0@2.0", "ORDERS-0@1.0"});
  CHECK(told.until(at(StreamKind::billing, 3), told.story.paid) == Places{"COMMANDS-0@2.0", "ORDERS-0@1.0", "BILLING-0@3.0"});
  CHECK(told.until(at(StreamKind::notifications, 1), told.story.paid) ==
        Places{"COMMANDS-0@2.0", "ORDERS-0@1.0", "BILLING-0@3.0", "ORDERS-0@2.0", "NOTIFICATIONS-0@1.0"});
  CHECK(told.until(at(StreamKind::billing, 2), told.story.paid).empty());
}

TEST_CASE("what others have decided meanwhile is known as far as their inputs tell") {
  Told told;
  // BILLING@4 refuses `dear`: by then it had read all of `paid` but its letter.
  CHECK(told.until(at(StreamKind::billing, 4), told.story.paid).size() == 4);
  CHECK(told.until(at(StreamKind::orders, 4), told.story.dear).size() == 4);
}

TEST_CASE("an event within a message knows what the message before it knew, and all up to the causes in its own up to itself") {
  AuditedStory story;
  auto& pending = story.run(StreamKind::orders, 1);
  auto second = pending.events.front();
  second.cause = story.cause(StreamKind::commands, 3);
  second.id = EventId::random();
  pending.checkpoints[StreamKind::commands] = {3, 0};
  pending.events.push_back(second);
  log::InMemoryLog log;
  story.tell(log);
  const auto knows_command = [&](log::StreamPosition place, std::uint64_t sequence) {
    return Moment::at(log, {place}).value().includes({at(StreamKind::commands, sequence), "", {}});
  };
  CHECK(knows_command(at(StreamKind::orders, 1, 0), 2));
  CHECK_FALSE(knows_command(at(StreamKind::orders, 1, 0), 3));
  CHECK(knows_command(at(StreamKind::orders, 1, 1), 3));
  CHECK(knows_command({{StreamKind::orders, 0}, {1, projections::kLastIndex}}, 3));
}

TEST_CASE("a time holds what was decided until then") {
  AuditedStory story;
  story.event(StreamKind::orders, 2).time = {6};
  log::InMemoryLog log;
  story.tell(log);
  CHECK(places_until(log, story.paid, Moment(Timestamp{4})).empty());
  CHECK(places_until(log, story.paid, Moment(Timestamp{5})).size() == 5);
  CHECK(places_until(log, story.paid, Moment(Timestamp{6})).size() == 6);
  CHECK(places_until(log, story.paid, Moment()).size() == 6);
}

TEST_CASE("a place where nothing stands is no moment") {
  Told told;
  const auto orders = StreamKind::orders;
  for (const auto& place : {at(orders, 0), at(orders, 99), at(orders, 1, 1), at(StreamKind::commands, 4)}) {
    CAPTURE(log::text(place));
    const auto moment = Moment::at(told.log, {place});
    REQUIRE_FALSE(moment);
    CHECK(moment.error().kind == FailureKind::corrupt);
  }
}

TEST_CASE("a place speaks of its own partition, a time of all") {
  Told told;
  CHECK(Moment::at(told.log, {at(StreamKind::orders, 1)}).value().speaks_of(0));
  CHECK_FALSE(Moment::at(told.log, {at(StreamKind::orders, 1)}).value().speaks_of(1));
  CHECK(Moment(Timestamp{1}).speaks_of(1));
  CHECK(Moment().speaks_of(1));
}
