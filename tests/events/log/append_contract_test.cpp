#include <future>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/events/log/event_log_under_test.hpp"
#include "tests/events/log/observed.hpp"

namespace ordo::log {
namespace {

const StreamName kOrders{StreamKind::orders, 1};

AppendRequest request(std::string payload, std::optional<std::uint64_t> expected = std::nullopt) {
  return {kOrders, subject(Topic::order_pending, 1), std::move(payload), expected};
}

FailureKind kind_of(const Result<std::uint64_t>& outcome) {
  REQUIRE_FALSE(outcome);
  return outcome.error().kind;
}

TEST_CASE("an append answers the sequence at which the message is stored") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  CHECK(settled(append(log, request("a"))) == 1);
  CHECK(settled(append(log, request("b"))) == 2);
  CHECK(log.get(kOrders, 2)->payload == "b");
}

TEST_CASE("expecting 0 stores into an empty stream only") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  CHECK(settled(append(log, request("first", 0))) == 1);
  CHECK(kind_of(settled(append(log, request("second", 0)))) == FailureKind::conflict);
  CHECK(log.bounds(kOrders)->last_sequence == 1);
}

TEST_CASE("a writer pipelines by predicting each sequence") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  std::vector<Appended> appended;
  for (std::uint64_t expected = 0; expected < 500; ++expected) {
    appended.push_back(append(log, request("run " + std::to_string(expected), expected)));
  }
  for (std::uint64_t sequence = 1; sequence <= 500; ++sequence) {
    CHECK(settled(std::move(appended[sequence - 1])) == sequence);
  }
  CHECK(log.get(kOrders, 500)->payload == "run 499");
}

TEST_CASE("after a stranger's append the writer is refused, and so is all that it pipelined") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  // However many the stranger appended: somewhere behind them the pipeline would meet the sequence that it expects.
  const std::uint64_t strangers = GENERATE(1U, 2U, 7U);
  REQUIRE(settled(append(log, request("mine", 0))));
  for (std::uint64_t count = 0; count < strangers; ++count) REQUIRE(settled(append(log, request("a stranger's"))));
  std::vector<Appended> appended;
  for (std::uint64_t expected = 1; expected < 200; ++expected) appended.push_back(append(log, request("mine", expected)));
  for (auto& future : appended) CHECK(kind_of(settled(std::move(future))) == FailureKind::conflict);
  CHECK(log.bounds(kOrders)->last_sequence == 1 + strangers);
}

TEST_CASE("a writer that has seen its refusal before it appends the next is refused as well") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  REQUIRE(settled(append(log, request("a stranger's"))));
  for (std::uint64_t expected = 0; expected < 10; ++expected) {
    CHECK(kind_of(settled(append(log, request("mine", expected)))) == FailureKind::conflict);
  }
  CHECK(log.bounds(kOrders)->last_sequence == 1);
}

TEST_CASE("a writer that was refused appends again when it has read the tail") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  REQUIRE(settled(append(log, request("a stranger's"))));
  REQUIRE_FALSE(settled(append(log, request("mine", 0))));
  auto outcome = settled(append(log, request("mine", log.bounds(kOrders)->last_sequence)));
  // One refusal may come too many: to the log this looks like an append that was predicted upon the refused one.
  if (!outcome) outcome = settled(append(log, request("mine", log.bounds(kOrders)->last_sequence)));
  CHECK(outcome == 2);
  CHECK(settled(append(log, request("mine", 2))) == 3);
}

TEST_CASE("a pipeline that expects too much stores nothing") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  for (int count = 0; count < 3; ++count) REQUIRE(settled(append(log, request("mine"))));
  std::vector<Appended> appended;
  for (std::uint64_t expected = 10; expected < 300; ++expected) appended.push_back(append(log, request("mine", expected)));
  for (auto& future : appended) CHECK(kind_of(settled(std::move(future))) == FailureKind::conflict);
  CHECK(log.bounds(kOrders)->last_sequence == 3);
}

TEST_CASE("of two writers with the same prediction one wins") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  for (const auto kind : kStreamKinds) {
    const StreamName stream{kind, 0};
    auto first = append(log, {stream, subjects_of(stream)[0], "first", 0});
    auto second = append(log, {stream, subjects_of(stream)[0], "second", 0});
    CHECK(settled(std::move(first)) == 1);
    CHECK(kind_of(settled(std::move(second))) == FailureKind::conflict);
    CHECK(log.get(stream, 1)->payload == "first");
  }
}

TEST_CASE("an unknown outcome is resolved by reading the tail") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  REQUIRE(settled(append(log, request("before", 0))));
  under_test->lose_next_ack(kOrders);
  auto in_doubt = append(log, request("in doubt", 1));
  auto upon_it = append(log, request("predicted upon it", 2));
  CHECK(kind_of(settled(std::move(in_doubt))) == FailureKind::timeout);
  CHECK_FALSE(settled(std::move(upon_it)));
  under_test->recover();
  // The same append again: refused, because the first one was stored.
  CHECK(kind_of(settled(append(log, request("in doubt", 1)))) == FailureKind::conflict);
  const auto bounds = log.bounds(kOrders);
  REQUIRE(bounds);
  CHECK(bounds->last_sequence == 2);
  CHECK(log.get(kOrders, bounds->last_sequence)->payload == "in doubt");
}

TEST_CASE("a message that is too large is refused at once and for ever") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  CHECK(kind_of(settled(append(log, request(std::string(kMessageBytesMax + 1, 'x'))))) == FailureKind::corrupt);
  CHECK(settled(append(log, request(std::string(kMessageBytesMax, 'x'), 0))) == 1);
}

TEST_CASE("every append is settled when the log is destroyed") {
  std::vector<Appended> appended;
  {
    const auto under_test = make_event_log_under_test();
    for (int count = 0; count < 1000; ++count) appended.push_back(append(under_test->log(), request("late")));
  }
  for (auto& future : appended) CHECK(future.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
}

TEST_CASE("a settlement may append") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  std::promise<Result<std::uint64_t>> second;
  log.append(request("first", 0), [&](const Result<std::uint64_t>& first) {
    log.append(request("second", *first), [&](Result<std::uint64_t> outcome) { second.set_value(std::move(outcome)); });
  });
  CHECK(settled(second.get_future()) == 2);
}

TEST_CASE("threads may append to many streams at a time") {
  const auto under_test = make_event_log_under_test();
  auto& log = under_test->log();
  std::vector<std::jthread> threads;
  for (const auto kind : kStreamKinds) {
    threads.emplace_back([&log, kind] {
      const StreamName stream{kind, 0};
      std::vector<Appended> appended;
      for (std::uint64_t expected = 0; expected < 100; ++expected) {
        appended.push_back(append(log, {stream, subjects_of(stream)[0], "payload", expected}));
      }
      for (auto& future : appended) (void)settled(std::move(future));
    });
  }
  threads.clear();
  for (const auto kind : kStreamKinds) CHECK(log.bounds({kind, 0})->last_sequence == 100);
}

}  // namespace
}  // namespace ordo::log
