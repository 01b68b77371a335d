#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "events/log/monotonic_log.hpp"
#include "tests/events/log/observed.hpp"

namespace ordo::log {
namespace {

const StreamName kOrders{StreamKind::orders, 1};
const StreamName kBilling{StreamKind::billing, 1};

// Answers the ends that it is told, as a server that has lost its lead, and everything else as it is.
class BehindLog final : public EventLog {
 public:
  explicit BehindLog(EventLog& log) : log_(log) {}
  void append(AppendRequest request, AppendSettled settled) override { log_.append(std::move(request), std::move(settled)); }
  std::unique_ptr<Reader> read(StreamName stream, std::uint64_t from_sequence, Deliver deliver) override {
    return log_.read(stream, from_sequence, std::move(deliver));
  }
  std::unique_ptr<Reader> listen(Deliver deliver) override { return log_.listen(std::move(deliver)); }
  Result<StreamBounds> bounds(StreamName) override { return StreamBounds{1, told}; }
  Result<StoredMessage> get(StreamName stream, std::uint64_t sequence) override { return log_.get(stream, sequence); }

  std::uint64_t told = 0;

 private:
  EventLog& log_;
};

struct Scene {
  InMemoryLog stored;
  BehindLog behind{stored};
  MonotonicLog log{behind};

  std::uint64_t store(EventLog& with) { return *settled(append(with, {kOrders, "orders.pending.1", "x", std::nullopt})); }
  std::uint64_t last_sequence(StreamName stream = kOrders) { return log.bounds(stream).value().last_sequence; }
};

}  // namespace

TEST_CASE("an end is never before what was acknowledged") {
  Scene scene;
  REQUIRE(scene.store(scene.log) == 1);
  REQUIRE(scene.store(scene.log) == 2);
  CHECK(scene.last_sequence() == 2);
  CHECK(scene.last_sequence(kBilling) == 0);
}

TEST_CASE("an end is never before what was delivered, to whoever listens or reads") {
  Scene scene;
  Delivered heard;
  const auto listener = scene.log.listen(heard.deliver());
  scene.store(scene.stored);
  heard.wait_for(1);
  CHECK(scene.last_sequence() == 1);

  Scene other;
  Delivered read;
  other.store(other.stored);
  const auto reader = other.log.read(kOrders, 1, read.deliver());
  read.wait_for(1);
  CHECK(other.last_sequence() == 1);
}

TEST_CASE("an end is never before what was answered earlier, and follows what is answered later") {
  Scene scene;
  scene.behind.told = 7;
  CHECK(scene.last_sequence() == 7);
  scene.behind.told = 5;
  CHECK(scene.last_sequence() == 7);
  scene.behind.told = 9;
  CHECK(scene.last_sequence() == 9);
}

}  // namespace ordo::log
