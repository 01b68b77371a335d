#include <future>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "events/log/log_cursor.hpp"
#include "tests/events/log/damaged_log.hpp"

namespace ordo::log {
namespace {

constexpr StreamName kOrders{StreamKind::orders, 0};

void fill(EventLog& log, int messages) {
  for (int count = 0; count < messages; ++count) log.append({kOrders, subjects_of(kOrders).front(), "x", {}}, [](const auto&) {});
}

TEST_CASE("a log that is silent for long is unavailable, and not unsound") {
  InMemoryLog log;
  LogCursor cursor(log, kOrders, 1, std::chrono::milliseconds(1));
  fill(log, 4);
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) REQUIRE(cursor.next({}).value().sequence == sequence);
  tests::DamagedLog hidden(log, kOrders, 1);
  LogCursor silent(hidden, kOrders, 2, std::chrono::milliseconds(1));
  const auto nothing = silent.next({});
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().kind == FailureKind::unavailable);
}

TEST_CASE("a message that the log counts and cannot give is damaged or lost") {
  InMemoryLog log;
  fill(log, 3);
  tests::DamagedLog damaged(log, kOrders, 2);
  LogCursor cursor(damaged, kOrders, 1, std::chrono::milliseconds(1));
  REQUIRE(cursor.next({}));
  CHECK(cursor.next({}).error().kind == FailureKind::corrupt);
}

TEST_CASE("whoever waits for a message can be told to stop") {
  InMemoryLog log;
  LogCursor cursor(log, kOrders, 1, std::chrono::hours(1));
  std::stop_source stop;
  auto next = std::async(std::launch::async, [&] { return cursor.next(stop.get_token()); });
  stop.request_stop();
  const auto nothing = next.get();
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().text == "told to stop");
}

}  // namespace
}  // namespace ordo::log
