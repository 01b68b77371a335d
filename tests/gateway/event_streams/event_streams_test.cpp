#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "gateway/event_streams/event_streams.hpp"
#include "tests/gateway/event_streams/told_order.hpp"

using namespace ordo;
using namespace ordo::event_streams;
using namespace std::chrono_literals;

namespace {

// Event streams above a read model that a test writes.
class Fed {
 public:
  explicit Fed(LookLimits limits = {}) : streams_(seal_, [this] { return reached(); }, [this](auto asked) { return fresh(asked); }, limits) {}

  std::shared_ptr<Recorder> open(Place place = {}) {
    auto client = std::make_shared<Recorder>();
    streams_.open({UserId::random(), "mine", 1, place, Instant::max(), nullptr}, client);
    return client;
  }

  void write(std::uint64_t nth, bool told = true) {
    {
      const std::lock_guard lock(mutex_);
      written_.write(story(nth));
      reached_[{log::StreamKind::orders, 1}] = nth;
    }
    if (told) streams_.advanced();
  }

  std::atomic<bool> down = false;

  [[nodiscard]] EventStreams& streams() { return streams_; }

 private:
  Result<reads::Reached> reached() {
    const std::lock_guard lock(mutex_);
    if (down) return failure(FailureKind::unavailable, "down");
    return reached_;
  }
  Result<std::vector<orders::FreshEvent>> fresh(std::span<const orders::FreshQuestion> questions) {
    const std::lock_guard lock(mutex_);
    if (down) return failure(FailureKind::unavailable, "down");
    return written_.answer(questions);
  }

  std::mutex mutex_;
  WrittenEvents written_;
  reads::Reached reached_;
  reads::CursorSeal seal_{"key"};
  EventStreams streams_;
};

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

bool gets(Recorder& client, std::size_t events) {
  return eventually([&] { return client.fields("event: ").size() >= events; }) && client.fields("event: ").size() == events;
}

}  // namespace

TEST_CASE("what is committed reaches who watches as soon as it is told") {
  Fed fed({.looked_every = 1h, .asked_all_every = 1h});
  const auto client = fed.open();
  fed.write(1);
  CHECK(gets(*client, 5));
  fed.write(2);
  CHECK(gets(*client, 10));
}

TEST_CASE("what is committed and not told reaches who watches at the next look") {
  Fed fed({.looked_every = 20ms, .asked_all_every = 1h});
  const auto client = fed.open();
  REQUIRE(eventually([&] { return !client->text().empty(); }));
  fed.write(1, false);
  CHECK(gets(*client, 5));
}

TEST_CASE("a read model that cannot be asked for a while costs no event") {
  Fed fed({.looked_every = 20ms, .after_failure = 5ms});
  const auto client = fed.open();
  fed.write(1);
  REQUIRE(gets(*client, 5));
  fed.down = true;
  fed.write(2);
  fed.down = false;
  fed.write(3);
  CHECK(gets(*client, 15));
}

TEST_CASE("streams end when the gateway does, and what is opened then ends at once") {
  Fed fed;
  const auto client = fed.open();
  fed.streams().close();
  CHECK(client->state() == http::BodyStream::State::over);
  CHECK(client->fields(": ").size() == 1);
  const auto late = fed.open();
  CHECK(late->state() == http::BodyStream::State::over);
}
