#include <catch2/catch.hpp>

#include <future>

#include "gateway/live/outcome_watch.hpp"
#include "gateway/live/waiters.hpp"

namespace ordo::live {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1h};

Outcome paid(OrderId order) {
  orders::OrderView view;
  view.order_id = order;
  view.status = "PAID";
  return {view, {}};
}

Awaited awaited(OrderId order) { return {AwaitedKind::order, order.bytes()}; }

struct Heard {
  int outcomes = 0;
  int times_up = 0;
  Waiters::Resolved hear() {
    return [this](const Outcome* outcome) { outcome != nullptr ? ++outcomes : ++times_up; };
  }
};

}  // namespace

TEST_CASE("all that wait for an outcome hear it once, and nobody else does") {
  Waiters waiters;
  Heard heard;
  Heard other;
  const auto order = OrderId::random();
  for (int count = 0; count < 3; ++count) REQUIRE(waiters.add(awaited(order), kStart, kStart + 5s, heard.hear()));
  REQUIRE(waiters.add(awaited(OrderId::random()), kStart, kStart + 5s, other.hear()));
  // The same bytes may name an order and an operation; they are two things to wait for.
  REQUIRE(waiters.add({AwaitedKind::operation, order.bytes()}, kStart, kStart + 5s, other.hear()));
  waiters.resolve(paid(order));
  waiters.resolve(paid(order));
  REQUIRE(heard.outcomes == 3);
  REQUIRE(other.outcomes == 0);
  REQUIRE(waiters.size() == 2);
}

TEST_CASE("at its deadline a waiter is told that the time is up, and never again") {
  Waiters waiters;
  Heard heard;
  const auto order = OrderId::random();
  REQUIRE(waiters.add(awaited(order), kStart, kStart + 2s, heard.hear()));
  waiters.expire(kStart + 1999ms);
  REQUIRE(heard.times_up == 0);
  waiters.expire(kStart + 2s);
  waiters.expire(kStart + 3s);
  waiters.resolve(paid(order));
  REQUIRE(heard.times_up == 1);
  REQUIRE(heard.outcomes == 0);
  REQUIRE(waiters.empty());
}

TEST_CASE("whoever withdraws is not told") {
  Waiters waiters;
  Heard heard;
  const auto order = OrderId::random();
  const auto ticket = waiters.add(awaited(order), kStart, kStart + 2s, heard.hear());
  REQUIRE(waiters.withdraw(*ticket));
  REQUIRE_FALSE(waiters.withdraw(*ticket));
  waiters.resolve(paid(order));
  waiters.expire(Instant::max());
  REQUIRE(heard.outcomes + heard.times_up == 0);
}

TEST_CASE("beyond the limit nobody waits, until there is room again") {
  Waiters waiters({.waiters_max = 2});
  Heard heard;
  const auto order = OrderId::random();
  REQUIRE(waiters.add(awaited(order), kStart, kStart + 2s, heard.hear()));
  REQUIRE(waiters.add(awaited(order), kStart, kStart + 2s, heard.hear()));
  REQUIRE_FALSE(waiters.add(awaited(order), kStart, kStart + 2s, heard.hear()));
  waiters.resolve(paid(order));
  REQUIRE(waiters.add(awaited(order), kStart, kStart + 2s, heard.hear()));
}

TEST_CASE("after closing nobody waits any more") {
  Waiters waiters;
  Heard heard;
  REQUIRE(waiters.add(awaited(OrderId::random()), kStart, kStart + 2s, heard.hear()));
  waiters.close();
  REQUIRE(heard.times_up == 1);
  REQUIRE_FALSE(waiters.add(awaited(OrderId::random()), kStart, kStart + 2s, heard.hear()));
}

TEST_CASE("a waiter is looked up after 250 ms, then every 500 ms, and once more before its deadline") {
  Waiters waiters;
  Heard heard;
  REQUIRE(waiters.add(awaited(OrderId::random()), kStart, kStart + 2s, heard.hear()));
  std::vector<int> looked_up_at;
  for (int ms = 0; ms <= 2'000; ms += 50) {
    if (!waiters.take_look_ups(kStart + std::chrono::milliseconds(ms)).empty()) looked_up_at.push_back(ms);
  }
  REQUIRE(looked_up_at == std::vector<int>{250, 750, 1'250, 1'700});
}

TEST_CASE("several who wait for one thing make one question") {
  Waiters waiters;
  Heard heard;
  const auto order = OrderId::random();
  for (int count = 0; count < 3; ++count) REQUIRE(waiters.add(awaited(order), kStart, kStart + 2s, heard.hear()));
  REQUIRE(waiters.take_look_ups(kStart + 1s) == std::vector{awaited(order)});
}

TEST_CASE("an outcome that the feed lost is found by looking it up, even after a look-up that failed") {
  Waiters waiters;
  const auto order = OrderId::random();
  std::atomic<int> asked = 0;
  OutcomeWatch watch(waiters, [&](std::span<const Awaited>) -> Result<std::vector<Outcome>> {
    if (++asked == 1) return failure(FailureKind::unavailable, "away");
    return std::vector{paid(order)};
  });
  std::promise<bool> heard;
  const auto now = std::chrono::steady_clock::now();
  REQUIRE(waiters.add(awaited(order), now, now + 30s, [&](const Outcome* outcome) { heard.set_value(outcome != nullptr); }));
  auto outcome = heard.get_future();
  REQUIRE(outcome.wait_for(10s) == std::future_status::ready);
  REQUIRE(outcome.get());
}

TEST_CASE("deadlines are kept while the read model does not answer") {
  Waiters waiters;
  std::promise<void> let_go;
  auto gone = let_go.get_future().share();
  std::promise<bool> heard;
  {
    OutcomeWatch watch(waiters, [gone](std::span<const Awaited>) -> Result<std::vector<Outcome>> {
      gone.wait();
      return std::vector<Outcome>{};
    });
    const auto now = std::chrono::steady_clock::now();
    REQUIRE(waiters.add(awaited(OrderId::random()), now - 1s, now + 600ms,
                        [&](const Outcome* outcome) { heard.set_value(outcome != nullptr); }));
    auto outcome = heard.get_future();
    REQUIRE(outcome.wait_for(10s) == std::future_status::ready);
    REQUIRE_FALSE(outcome.get());
    let_go.set_value();
  }
}

}  // namespace ordo::live
