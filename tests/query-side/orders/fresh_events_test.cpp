#include <algorithm>
#include <map>
#include <set>

#include <catch2/catch.hpp>

#include "query-side/orders/fresh_events.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;

namespace {

constexpr log::Partition kPartitions = 2;

struct Told {
  explicit Told(const StoryShape& shape) : story(shape), pool(database.pool_options()) { project(database, story, "read"); }

  TemporaryDatabase database;
  Story story;
  postgres::Pool pool;
};

using Froms = std::map<std::string, EventPlace>;

Froms begin_of(UserId user) {
  Froms froms;
  for (const auto kind : {log::StreamKind::orders, log::StreamKind::billing, log::StreamKind::notifications}) {
    const auto stream = log::text(log::StreamName{kind, log::partition_of(user, kPartitions)});
    froms.emplace(stream, EventPlace{stream, 0, 0});
  }
  return froms;
}

std::vector<orders::FreshEvent> ask(Told& told, const std::variant<OrderId, UserId>& whose, const Froms& froms) {
  std::vector<orders::FreshQuestion> questions;
  for (const auto& [stream, from] : froms) questions.push_back({7, whose, from});
  return must(orders::fresh_events(told.pool, questions));
}

// All there is, page by page; each stream in its order and nothing twice.
std::vector<EventPlace> read_on(Told& told, const std::variant<OrderId, UserId>& whose, Froms froms) {
  std::vector<EventPlace> places;
  for (auto fresh = ask(told, whose, froms); !fresh.empty(); fresh = ask(told, whose, froms)) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& one : fresh) {
      auto& from = froms.at(one.event.place.stream);
      REQUIRE(one.event.place >= from);
      from = {one.event.place.stream, one.event.place.sequence, one.event.place.index + 1};
      if (one.command) places.push_back(one.command->place);
      places.push_back(one.event.place);
      CHECK(++counts[one.event.place.stream] <= orders::kFreshEventsMax);
      CHECK(one.number == 7);
      if (one.event.cause && froms.contains(one.event.cause->stream)) CHECK(one.cause_stream_read >= one.event.cause->sequence);
    }
  }
  std::ranges::sort(places);
  return places;
}

std::vector<EventPlace> history_of(Told& told, const std::vector<OrderId>& of) {
  std::vector<EventPlace> places;
  for (const auto& order : of) {
    for (const auto& entry : must(orders::order_history(told.pool, order)).entries) places.push_back(entry.place);
  }
  std::ranges::sort(places);
  return places;
}

std::vector<OrderId> orders_of(const Told& told, UserId user) {
  std::vector<OrderId> orders;
  for (const auto& purchase : told.story.purchases()) {
    if (purchase.user_id == user) orders.push_back(purchase.order_id);
  }
  return orders;
}

void park(Told& told, UserId user, OrderId order, const EventPlace& place) {
  REQUIRE(told.pool.execute("insert into read.parked_events (lane, stream, sequence, index, user_id, order_id, type, event_id, attempts) "
                            "values ('orders', $1::text, $2::bigint, $3::bigint, $4::uuid, $5::uuid, 'Painted.v1', $5::uuid, 0)",
                            place.stream, place.sequence, std::uint64_t{place.index}, user, order));
}

}  // namespace

TEST_CASE("page by page, a user's orders tell every event of their histories once") {
  Told told({.seed = 51});
  for (const auto& user : told.story.users()) {
    CHECK(read_on(told, user, begin_of(user)) == history_of(told, orders_of(told, user)));
  }
}

TEST_CASE("an order tells every event of its history once, as the history has it") {
  Told told({.seed = 52});
  for (const auto& purchase : told.story.purchases()) {
    CHECK(read_on(told, purchase.order_id, begin_of(purchase.user_id)) == history_of(told, {purchase.order_id}));
  }
  const auto& purchase = told.story.purchases().front();
  std::map<EventPlace, orders::HistoryEntry> shown;
  for (auto& entry : must(orders::order_history(told.pool, purchase.order_id)).entries) shown.emplace(entry.place, entry);
  for (const auto& one : ask(told, purchase.order_id, begin_of(purchase.user_id))) {
    for (const auto* entry : {&one.event, one.command ? &*one.command : nullptr}) {
      if (entry == nullptr) continue;
      const auto& same = shown.at(entry->place);
      CHECK((entry->type == same.type && entry->event_id == same.event_id && entry->user_id == same.user_id && entry->cause == same.cause));
      CHECK((entry->correlation_id == same.correlation_id && entry->actor == same.actor && entry->occurred_at == same.occurred_at));
      CHECK(entry->data_json == same.data_json);
    }
  }
}

TEST_CASE("the answers to many are told apart by their numbers") {
  Told told({.seed = 53});
  std::vector<orders::FreshQuestion> questions;
  for (std::uint64_t number = 0; number < told.story.purchases().size(); ++number) {
    const auto& purchase = told.story.purchases()[number];
    for (const auto& [stream, from] : begin_of(purchase.user_id)) questions.push_back({number, purchase.order_id, from});
  }
  questions.push_back({1'000, told.story.users().front(), begin_of(told.story.users().front()).begin()->second});
  std::set<std::uint64_t> numbers;
  for (const auto& one : must(orders::fresh_events(told.pool, questions))) {
    numbers.insert(one.number);
    if (one.number < 1'000) CHECK(one.event.user_id == told.story.purchases()[one.number].user_id);
  }
  CHECK(numbers.size() == told.story.purchases().size() + 1);
}

TEST_CASE("behind a parked event nothing of its stream is told to who watches all of a user's, until it is released") {
  Told told({.seed = 54});
  const auto user = told.story.purchases().front().user_id;
  const auto all = read_on(told, user, begin_of(user));
  const auto stream = log::text(log::StreamName{log::StreamKind::orders, log::partition_of(user, kPartitions)});
  std::vector<EventPlace> of_stream;
  std::ranges::copy_if(all, std::back_inserter(of_stream), [&](const auto& place) { return place.stream == stream; });
  REQUIRE(of_stream.size() > 2);
  const auto parked = of_stream[of_stream.size() / 2];
  park(told, user, OrderId::random(), parked);

  const auto fewer = read_on(told, user, begin_of(user));
  CHECK(fewer.size() < all.size());
  CHECK(std::ranges::none_of(fewer, [&](const auto& place) { return place.stream == stream && place >= parked; }));
  CHECK(std::ranges::count_if(fewer, [&](const auto& place) { return place.stream == stream; }) ==
        static_cast<std::ptrdiff_t>(of_stream.size() / 2));
  auto behind = begin_of(user);
  behind.at(stream) = {stream, parked.sequence, parked.index + 1};
  CHECK_FALSE(ask(told, user, behind).empty());  // who has it already goes on
  REQUIRE(told.pool.execute("delete from read.parked_events"));
  CHECK(read_on(told, user, begin_of(user)) == all);
}

TEST_CASE("large events are answered a few at a time, and one at least") {
  Told told({.seed = 55});
  const auto user = told.story.purchases().front().user_id;
  const auto before = ask(told, user, begin_of(user)).size();
  REQUIRE(told.pool.execute("update read.order_timeline set data = jsonb_build_object('long', repeat('x', 70000)) where user_id = $1::uuid", user));
  const auto after = ask(told, user, begin_of(user));
  CHECK(after.size() < before);
  CHECK(after.size() == 3);  // one of each stream
  CHECK(read_on(told, user, begin_of(user)) == history_of(told, orders_of(told, user)));
}
