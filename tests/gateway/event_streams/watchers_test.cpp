#include <catch2/catch.hpp>

#include "gateway/event_streams/watchers.hpp"
#include "tests/gateway/event_streams/told_order.hpp"

using namespace ordo;
using namespace ordo::event_streams;
using namespace std::chrono_literals;
using State = http::BodyStream::State;

namespace {

constexpr const char* kSealedFor = "events of user anna";

// Watchers beside a read model, and a clock that stands.
struct Watched {
  std::shared_ptr<Recorder> add(Place place = {}, Instant ends_at = Instant::max()) {
    Watch watch{UserId::random(), kSealedFor, 1, place, ends_at, nullptr};
    auto client = std::make_shared<Recorder>();
    watchers.add(std::move(watch), client, now);
    return client;
  }

  // As long as there is somebody to ask for; says how many rounds it took.
  int settle() {
    int rounds = 0;
    for (; watchers.has_questions(); ++rounds) {
      watchers.begin_round();
      for (auto questions = watchers.next_questions(2); !questions.empty(); questions = watchers.next_questions(2)) {
        watchers.answer(written.answer(questions), now);
      }
    }
    return rounds;
  }

  [[nodiscard]] Place place_of(const std::string& id) const { return *parse_place(*seal.open(kSealedFor, id)); }

  reads::CursorSeal seal{"key"};
  WrittenEvents written;
  Instant now{};
  Watchers watchers{seal};
};

constexpr std::size_t kEventsOfAnOrder = 5;

}  // namespace

TEST_CASE("everybody gets what was there and what comes, each event once") {
  Watched watched;
  watched.written.write(story(1));
  std::vector<std::shared_ptr<Recorder>> clients;
  for (int count = 0; count < 5; ++count) clients.push_back(watched.add());
  watched.settle();
  watched.written.write(story(2));
  watched.watchers.wake(1);
  watched.settle();
  for (const auto& client : clients) CHECK(client->fields("event: ").size() == 2 * kEventsOfAnOrder);
}

TEST_CASE("who sleeps is not asked for until something moves in his partition") {
  Watched watched;
  const auto client = watched.add();
  watched.settle();
  watched.written.write(story(1));
  CHECK_FALSE(watched.watchers.has_questions());
  watched.watchers.wake(0);
  CHECK_FALSE(watched.watchers.has_questions());
  watched.watchers.wake_all();
  watched.settle();
  CHECK(client->fields("event: ").size() == kEventsOfAnOrder);
}

TEST_CASE("each id is the place behind its event, and the first one comes before any event") {
  Watched watched;
  const auto client = watched.add();
  CHECK(client->fields("id: ").size() == 1);
  watched.written.write(story(1));
  watched.settle();
  const auto ids = client->fields("id: ");
  REQUIRE(ids.size() == 1 + kEventsOfAnOrder);
  for (std::size_t had = 0; had < ids.size(); ++had) {
    const auto again = watched.add(watched.place_of(ids[had]));
    watched.settle();
    CHECK(again->fields("event: ").size() == kEventsOfAnOrder - had);
  }
}

TEST_CASE("a slow reader gets no more until he has taken what he has, and keeps nobody waiting") {
  Watched watched;
  const auto slow = watched.add();
  const auto quick = watched.add();
  slow->become(State::busy);
  for (std::uint64_t nth = 1; nth <= 100; ++nth) watched.written.write(story(nth));
  watched.watchers.wake(1);
  watched.settle();
  CHECK(quick->fields("event: ").size() == 100 * kEventsOfAnOrder);
  CHECK(slow->fields("event: ").empty());
  slow->become(State::ready);
  watched.settle();
  CHECK(slow->fields("event: ") == quick->fields("event: "));
  CHECK(slow->fields("data: ") == quick->fields("data: "));
}

TEST_CASE("a page is bounded by its bytes, and the next one goes on behind it") {
  Watched watched;
  for (std::uint64_t nth = 1; nth <= 4; ++nth) {
    auto events = story(nth);
    events[0].event.data_json = '"' + std::string(40'000, 'x') + '"';
    watched.written.write(std::move(events));
  }
  const auto client = watched.add();
  watched.watchers.begin_round();
  watched.watchers.answer(watched.written.answer(watched.watchers.next_questions(1)), watched.now);
  CHECK(client->text().size() < kPageBytes + 45'000);
  CHECK(watched.settle() >= 2);
  CHECK(client->fields("event: ").size() == 4 * kEventsOfAnOrder);
}

TEST_CASE("tables that were exchanged for others bring neither gap nor repeat") {
  Watched watched;
  const auto client = watched.add();
  watched.written.write(story(1));
  watched.written.write(story(2));
  watched.settle();
  watched.written.clear();  // rolled back to tables that are behind,
  watched.written.write(story(1));
  watched.watchers.wake_all();
  watched.settle();
  CHECK(client->fields("event: ").size() == 2 * kEventsOfAnOrder);
  watched.written.write(story(2));  // which catch up,
  watched.written.write(story(3));  // and go on
  watched.watchers.wake_all();
  watched.settle();
  CHECK(client->fields("event: ").size() == 3 * kEventsOfAnOrder);
}

TEST_CASE("after 15 s without an event there is a comment, but none for who has not taken the last one") {
  Watched watched;
  const auto client = watched.add();
  watched.now += 14s;
  watched.watchers.tend(watched.now);
  CHECK(client->fields(": ").empty());
  watched.now += 1s;
  watched.watchers.tend(watched.now);
  CHECK(client->fields(": ").size() == 1);
  client->become(State::busy);
  watched.now += 60s;
  watched.watchers.tend(watched.now);
  CHECK(client->fields(": ").size() == 1);
}

TEST_CASE("a stream ends when the token does, with a last comment") {
  Watched watched;
  const auto client = watched.add({}, watched.now + 10s);
  watched.watchers.tend(watched.now + 9s);
  CHECK(watched.watchers.size() == 1);
  watched.watchers.tend(watched.now + 10s);
  CHECK(watched.watchers.size() == 0);
  CHECK(client->state() == State::over);
  CHECK(client->fields(": ") == std::vector<std::string>{"the access token has expired; come again with a new one"});
}

TEST_CASE("who has left is forgotten, and his seat is free") {
  Watched watched;
  Seats seats({.seats_max = 1});
  auto client = std::make_shared<Recorder>();
  watched.watchers.add({UserId::random(), kSealedFor, 1, {}, Instant::max(), *seats.take(UserId::random())}, client, watched.now);
  client->become(State::over);
  watched.watchers.tend(watched.now);
  CHECK(watched.watchers.size() == 0);
  CHECK(seats.taken() == 0);
}

TEST_CASE("at the end everybody hears a last comment") {
  Watched watched;
  const auto client = watched.add();
  watched.watchers.end_all("over");
  CHECK(client->fields(": ") == std::vector<std::string>{"over"});
  CHECK(client->state() == State::over);
}
