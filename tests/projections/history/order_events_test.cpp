#include <catch2/catch.hpp>

#include "tests/projections/history/told_events.hpp"
#include "tests/projections/story.hpp"
#include "tests/projections/verification/audited_story.hpp"

using namespace ordo;
using namespace ordo::tests;
using log::StreamKind;

namespace {

// What a read model would know by now.
projections::LogIndex index_of(log::EventLog& log, OrderId order, log::Partition partitions) {
  projections::LogIndex index;
  for (const auto& logged : all_events_about(order, log, partitions)) index.places.push_back(logged.at);
  for (const auto kind : log::kStreamKinds) {
    for (log::Partition partition = 0; partition < partitions; ++partition) {
      const log::StreamName stream{kind, partition};
      index.reached[stream] = log.bounds(stream).value().last_sequence;
    }
  }
  return index;
}

std::size_t commands_among(const std::vector<log::LoggedEvent>& events) {
  const auto is_command = [](const log::LoggedEvent& logged) { return logged.at.stream.kind == StreamKind::commands; };
  return static_cast<std::size_t>(std::ranges::count_if(events, is_command));
}

}  // namespace

TEST_CASE("an order's events are found in the whole log, and only they") {
  const Story story({.seed = 71, .partitions = 2});
  log::InMemoryLog log;
  story.tell(log);
  for (const auto& purchase : story.purchases()) {
    CHECK(events_of_order(log, purchase.order_id, 2) == all_events_about(purchase.order_id, log, 2));
  }
  CHECK(events_of_order(log, OrderId::random(), 2).empty());
}

TEST_CASE("with an index only its places and what came behind it are read, and the events are the same") {
  const Story story({.seed = 72, .partitions = 2});
  log::InMemoryLog log;
  story.tell(log, 0, 0.5);
  std::map<OrderId, projections::LogIndex> indexes;
  for (const auto& purchase : story.purchases()) indexes[purchase.order_id] = index_of(log, purchase.order_id, 2);
  story.tell(log, 0.5, 1);
  for (const auto& [order, index] : indexes) CHECK(events_of_order(log, order, 2, index) == all_events_about(order, log, 2));
}

TEST_CASE("an order that the index does not know, though it should, is found in the whole log") {
  const AuditedStory story;
  log::InMemoryLog log;
  story.tell(log);
  auto index = index_of(log, story.paid, 1);
  index.places.clear();
  CHECK(events_of_order(log, story.paid, 1, index) == all_events_about(story.paid, log, 1));
}

TEST_CASE("what was parked on the way into the read model is looked at, and left out where it is another order's") {
  const AuditedStory story;
  log::InMemoryLog log;
  story.tell(log);
  auto index = index_of(log, story.paid, 1);
  index.candidates = {index.places.back(), at(StreamKind::orders, 3)};  // its own, and one of the other order
  index.places.pop_back();
  CHECK(events_of_order(log, story.paid, 1, index) == all_events_about(story.paid, log, 1));
}

TEST_CASE("an index that is not the log's is noticed") {
  const AuditedStory story;
  log::InMemoryLog log;
  story.tell(log);
  auto index = index_of(log, story.paid, 1);
  index.places.push_back({{StreamKind::orders, 0}, {3, 0}});  // of the other order
  projections::Progress progress({});
  const auto found = projections::order_events({log, 1, {}}, story.paid, index, progress);
  REQUIRE_FALSE(found);
  CHECK(found.error().kind == FailureKind::corrupt);
}

TEST_CASE("a command that the inbox has forgotten is told again from what it led to") {
  const Story story({.seed = 73, .partitions = 1});
  log::InMemoryLog log;
  story.tell(log);
  std::map<OrderId, std::vector<log::LoggedEvent>> before;
  for (const auto& purchase : story.purchases()) before[purchase.order_id] = events_of_order(log, purchase.order_id);
  log.expire_before({StreamKind::commands, 0}, log.bounds({StreamKind::commands, 0}).value().last_sequence + 1);
  std::size_t told_again = 0;
  for (auto& [order, events] : before) {
    const auto after = events_of_order(log, order);
    std::erase_if(events, [&](const auto& logged) {  // a repeat leads to nothing that could tell of it
      return logged.at.stream.kind == StreamKind::commands && std::ranges::find(after, logged.at, &log::LoggedEvent::at) == after.end() &&
             std::ranges::none_of(events, [&](const auto& other) { return log::place_of_cause(other) == logged.at; });
    });
    REQUIRE(after.size() == events.size());
    for (std::size_t place = 0; place < after.size(); ++place) {
      CHECK(after[place].at == events[place].at);
      CHECK(after[place].event == events[place].event);
    }
    told_again += commands_among(after);
  }
  CHECK(told_again >= story.purchases().size());
}

TEST_CASE("a command that changed nothing is no part of the story, and one that is not decided yet is") {
  AuditedStory story;
  story.repeat(StreamKind::commands, 2);  // asks for `paid` a second time
  const auto later = id_of<OrderId>(9);
  orders::Purchase purchase{later, story.user, {{"x", "", 1, 1}}, {1, kEuro}, {}};
  story.put(StreamKind::orders, orders::encode(orders::Event(orders::OrderPending{purchase, {5}})));
  const auto asked = purchase.order_id = id_of<OrderId>(10);
  story.put(StreamKind::commands, orders::encode(orders::OrderCreateRequested{purchase}));
  log::InMemoryLog log;
  story.tell(log);
  CHECK(commands_among(events_of_order(log, story.paid)) == 1);
  CHECK(events_of_order(log, asked).size() == 1);
}
