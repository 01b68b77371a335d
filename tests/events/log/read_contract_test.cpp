#include <atomic>
#include <latch>
#include <memory>
#include <thread>

#include <catch2/catch.hpp>

#include "events/log/event.hpp"
#include "tests/events/log/event_log_under_test.hpp"
#include "tests/events/log/observed.hpp"

namespace ordo::log {
namespace {

const StreamName kOrders{StreamKind::orders, 1};
const StreamName kBilling{StreamKind::billing, 0};

void fill(EventLog& log, const StreamName& stream, std::uint64_t first, std::uint64_t last) {
  std::vector<Appended> appended;
  for (auto sequence = first; sequence <= last; ++sequence) {
    appended.push_back(append(log, {stream, subjects_of(stream)[0], std::to_string(sequence), sequence - 1}));
  }
  for (auto& future : appended) REQUIRE(settled(std::move(future)));
}

TEST_CASE("a reader gets everything from the beginning, and then what comes") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  fill(log, kOrders, 1, 100);
  Delivered delivered;
  const auto reader = log.read(kOrders, 1, delivered.deliver());
  REQUIRE(sequences_of(delivered.wait_for(100)) == from_to(1, 100));
  fill(log, kOrders, 101, 200);
  const auto all = delivered.wait_for(200);
  CHECK(sequences_of(all) == from_to(1, 200));
  CHECK(all[149].payload == "150");
  CHECK(all[149].subject == "orders.pending.1");
  CHECK(all[149].stream == kOrders);
}

TEST_CASE("a reader goes on from a position") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  fill(log, kOrders, 1, 50);
  Delivered delivered;
  const auto reader = log.read(kOrders, 41, delivered.deliver());
  CHECK(sequences_of(delivered.wait_for(10)) == from_to(41, 50));
}

TEST_CASE("from 0 means from the first") {
  const auto under_test = make_event_log_under_test();
  fill(under_test->log(), kOrders, 1, 3);
  Delivered delivered;
  const auto reader = under_test->log().read(kOrders, 0, delivered.deliver());
  CHECK(sequences_of(delivered.wait_for(3)) == from_to(1, 3));
}

TEST_CASE("a reader that begins beyond the end waits for that sequence") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  fill(log, kOrders, 1, 5);
  Delivered delivered;
  const auto reader = log.read(kOrders, 10, delivered.deliver());
  fill(log, kOrders, 6, 12);
  CHECK(sequences_of(delivered.wait_for(3)) == from_to(10, 12));
}

TEST_CASE("several readers of a stream see the same") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  std::vector<Delivered> delivered(5);
  std::vector<std::unique_ptr<Reader>> readers;
  for (auto& each : delivered) readers.push_back(log.read(kOrders, 1, each.deliver()));
  fill(log, kOrders, 1, 200);
  for (auto& each : delivered) CHECK(sequences_of(each.wait_for(200)) == from_to(1, 200));
}

TEST_CASE("a reader sees its own stream only") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  Delivered delivered;
  const auto reader = log.read(kBilling, 1, delivered.deliver());
  fill(log, kOrders, 1, 20);
  fill(log, kBilling, 1, 2);
  CHECK(sequences_of(delivered.wait_for(2)) == from_to(1, 2));
  CHECK(delivered.now()[0].stream == kBilling);
}

TEST_CASE("a delivery that blocks loses nothing and holds up nobody else") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  std::latch let_go(1);
  Delivered slow;
  Delivered quick;
  const auto slow_reader = log.read(kOrders, 1, [&, take = slow.deliver()](StoredMessage message) {
    let_go.wait();
    take(std::move(message));
  });
  const auto quick_reader = log.read(kOrders, 1, quick.deliver());
  {
    // Also when the test fails: a reader's end waits for its delivery.
    const auto release = std::shared_ptr<void>(nullptr, [&let_go](void*) { let_go.count_down(); });
    fill(log, kOrders, 1, 300);
    CHECK(sequences_of(quick.wait_for(300)) == from_to(1, 300));
    CHECK(slow.now().empty());
  }
  CHECK(sequences_of(slow.wait_for(300)) == from_to(1, 300));
}

TEST_CASE("after a reader is destroyed nothing is delivered any more") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  for (std::uint64_t round = 0; round < 20; ++round) {
    std::atomic<bool> alive = true;
    std::atomic<int> late = 0;
    Delivered delivered;
    auto reader = log.read(kOrders, 1, [&, take = delivered.deliver()](StoredMessage message) {
      if (!alive) ++late;
      take(std::move(message));
    });
    std::vector<Appended> appended;
    for (std::uint64_t sequence = round * 50; sequence < round * 50 + 50; ++sequence) {
      appended.push_back(append(log, {kOrders, subject(Topic::order_pending, 1), "x", sequence}));
    }
    (void)delivered.wait_for(round * 50 + 1);
    reader.reset();
    alive = false;
    for (auto& future : appended) REQUIRE(settled(std::move(future)));
    CHECK(late == 0);
  }
}

TEST_CASE("the live feed tells every stream's messages with stream, sequence and subject") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  fill(log, kOrders, 1, 3);
  Delivered delivered;
  const auto listener = log.listen(delivered.deliver());
  fill(log, kOrders, 4, 5);
  fill(log, kBilling, 1, 1);
  const auto messages = delivered.wait_for(3);
  CHECK(sequences_of(messages) == std::vector<std::uint64_t>{4, 5, 1});
  CHECK(payloads_of(messages) == std::vector<std::string>{"4", "5", "1"});
  CHECK(messages[0].stream == kOrders);
  CHECK(messages[2].stream == kBilling);
  CHECK(messages[2].subject == "billing.payments.0");
}

TEST_CASE("bounds tell the first and the last sequence") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  const auto empty = log.bounds(kOrders);
  REQUIRE(empty);
  CHECK(empty->first_sequence == 1);
  CHECK(empty->last_sequence == 0);
  fill(log, kOrders, 1, 7);
  const auto filled = log.bounds(kOrders);
  CHECK(filled->first_sequence == 1);
  CHECK(filled->last_sequence == 7);
}

TEST_CASE("one message can be had by its sequence") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  fill(log, kOrders, 1, 3);
  const auto message = log.get(kOrders, 2);
  REQUIRE(message);
  CHECK(message->stream == kOrders);
  CHECK(message->sequence == 2);
  CHECK(message->subject == "orders.pending.1");
  CHECK(message->payload == "2");
  CHECK(log.get(kOrders, 4).error().kind == FailureKind::corrupt);
}

TEST_CASE("events keep their cause, correlation id, actor and time through the log") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  Run run;
  run.checkpoints[StreamKind::commands] = {12, 3};
  Event event;
  event.id = EventId::random();
  event.payload = {"OrderPending.v1", std::string("any\0bytes\xff", 10)};
  event.cause = Cause{StreamKind::commands, {12, 3}, EventId::random()};
  event.trace = {"correlation-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", UserId::random()};
  event.time = {1'700'000'000'123};
  run.events = {event, event};
  REQUIRE(settled(append(log, {kOrders, subject(Topic::order_pending, 1), encode_run(run), 0})));
  Delivered delivered;
  const auto reader = log.read(kOrders, 1, delivered.deliver());
  const auto decoded = decode_run(delivered.wait_for(1)[0].payload);
  REQUIRE(decoded);
  CHECK(*decoded == run);
}

}  // namespace
}  // namespace ordo::log
