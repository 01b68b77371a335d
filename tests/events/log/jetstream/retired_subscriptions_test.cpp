#include <atomic>

#include <catch2/catch.hpp>

#include "tests/events/log/jetstream/jetstream_on_server.hpp"
#include "tests/events/log/observed.hpp"

namespace ordo::log::jetstream {
namespace {

const StreamName kOrders{StreamKind::orders, 0};
constexpr int kMessages = 100;
constexpr std::size_t kMessageBytes = 250'000;  // nats.c copies each between finding its subscription and locking it
constexpr int kReaders = 150;

void fill(EventLog& log) {
  for (int count = 0; count < kMessages; ++count) {
    REQUIRE(settled(append(log, {kOrders, subject(Topic::order_pending, 0), std::string(kMessageBytes, 'x'), std::nullopt})));
  }
}

// Returns when the first message has come, while the others are on their way.
void begin_to_read(EventLog& log) {
  std::atomic<bool> came = false;
  const auto reader = log.read(kOrders, 1, [&](const StoredMessage&) {
    came = true;
    came.notify_all();
  });
  came.wait(false);
}

TEST_CASE("a reader that ends while its messages are on their way leaves the connection and its memory alone") {
  JetStreamOnServer on;
  fill(*on.log);
  for (int count = 0; count < kReaders; ++count) begin_to_read(*on.log);
  const auto bounds = on.log->bounds(kOrders);
  REQUIRE(bounds);
  CHECK(bounds->last_sequence == kMessages);
}

}  // namespace
}  // namespace ordo::log::jetstream
