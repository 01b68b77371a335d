#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <set>

#include "tests/gateway/event_streams/told_order.hpp"

using namespace ordo;
using namespace ordo::event_streams;

namespace {

std::vector<std::string> types_of(const std::vector<Told>& told) {
  std::vector<std::string> types;
  for (const auto& one : told) types.push_back(one.event.type);
  return types;
}

const std::vector<std::string> kWhole{"OrderCreateRequested.v1", "OrderPending.v1", "PaymentProcessed.v1", "OrderUpdateMessage.v1",
                                      "NotificationSent.v1"};

std::vector<orders::FreshQuestion> questions_at(const Place& place) {
  std::vector<orders::FreshQuestion> questions;
  for (std::size_t kind = 0; kind < kWatchedKinds.size(); ++kind) questions.push_back({0, UserId(), first_beyond(place, kind, 1)});
  return questions;
}

}  // namespace

TEST_CASE("an order is told from its command to its letter, whatever the order of the answer") {
  auto fresh = story();
  std::ranges::sort(fresh, {}, [](const auto& one) { return one.event.type; });
  do {
    CHECK(types_of(next_told({}, fresh)) == kWhole);
  } while (std::ranges::next_permutation(fresh, {}, [](const auto& one) { return one.event.type; }).found);
}

TEST_CASE("whoever comes again after any event is told what follows it, once, and nothing before it") {
  const auto all = next_told({}, story());
  for (std::size_t had = 0; had < all.size(); ++had) {
    WrittenEvents written;
    written.write(story());
    const auto rest = next_told(all[had].then, written.answer(questions_at(all[had].then)));
    CHECK(types_of(rest) == std::vector(kWhole.begin() + static_cast<std::ptrdiff_t>(had) + 1, kWhole.end()));
  }
}

TEST_CASE("events that were told already are not told again, even when they are answered") {
  const auto all = next_told({}, story());
  CHECK(next_told(all.back().then, story()).empty());
}

TEST_CASE("an event whose cause is not written yet is told after it") {
  auto payment = story()[1];
  payment.cause_stream_read = 1;  // the lane of ORDERS has not come to sequence 2
  CHECK(next_told({}, {payment}).empty());
  const auto later = next_told({}, {payment, story()[0]});
  CHECK(types_of(later) == std::vector<std::string>(kWhole.begin(), kWhole.begin() + 3));
}

TEST_CASE("an event whose cause is written but is not the client's to see is told without it") {
  const auto payment = story()[1];  // ORDERS is read up to 1,000, and its sequence 2 is not among what was answered: parked
  CHECK(types_of(next_told({}, {payment})) == std::vector<std::string>{"PaymentProcessed.v1"});
  auto beyond = story(2);
  CHECK(types_of(next_told({}, {payment, beyond[0]})).size() == 3);
}

TEST_CASE("an event waits for a cause that was not among as many as are answered at once") {
  const auto third = story(3);
  const auto first = story(1);
  const auto told = types_of(next_told({}, {first[0], third[1]}));
  CHECK(told == std::vector<std::string>{"OrderCreateRequested.v1", "OrderPending.v1"});
}

TEST_CASE("clocks that disagree change nothing of a stream's order, nor that causes come first") {
  auto fresh = story();
  fresh[0].event.occurred_at = {9'000};
  fresh[2].event.occurred_at = {1};
  CHECK(types_of(next_told({}, fresh)) == kWhole);
}

TEST_CASE("however lanes write and connections break, a client gets each event once, in order") {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    std::array<std::vector<orders::FreshEvent>, 3> lanes;  // what each has still to write
    constexpr std::uint64_t kOrders = 12;
    for (std::uint64_t nth = 1; nth <= kOrders; ++nth) {
      for (auto& one : story(nth)) lanes[*watched_kind(one.event.place.stream)].push_back(one);
    }
    std::array<std::size_t, 3> written_count{};
    std::vector<orders::FreshEvent> written_events;
    Place client;
    std::vector<std::string> got;
    std::set<EventPlace> places;
    while (places.size() < 5 * kOrders) {
      const auto lane = random() % 3;
      const auto step = std::min<std::size_t>(random() % 5, lanes[lane].size() - written_count[lane]);
      for (std::size_t count = 0; count < step; ++count) written_events.push_back(lanes[lane][written_count[lane]++]);
      WrittenEvents written;
      for (auto one : written_events) {
        const auto kind = watched_kind(one.event.cause->stream);
        if (kind) one.cause_stream_read = written_count[*kind] == 0 ? 0 : lanes[*kind][written_count[*kind] - 1].event.place.sequence;
        written.write({one});
      }
      const auto told = next_told(client, written.answer(questions_at(client), 1 + random() % 4));
      const auto received = told.empty() ? 0 : random() % (told.size() + 1);  // the rest is lost with the connection
      for (std::size_t count = 0; count < received; ++count) {
        const auto& one = told[count];
        CHECK(places.insert(one.event.place).second);
        if (one.event.cause) CHECK(places.contains(*one.event.cause));
        client = *parse_place(text(one.then));
      }
    }
    CHECK(places.size() == 5 * kOrders);
  }
}
