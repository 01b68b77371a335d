#include "gateway/limits/rate_table.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <sodium.h>

using namespace ordo::limits;

namespace {

constexpr std::int64_t kNow = 1'800'000'000;

struct Started {
  Started() { REQUIRE(sodium_init() >= 0); }
};

}  // namespace

TEST_CASE_METHOD(Started, "so many are allowed in a window, and then none until it is over") {
  RateTable table({3, 60});
  CHECK(table.spend("ann", kNow).remaining == 2);
  CHECK(table.spend("ann", kNow + 10).remaining == 1);
  const auto last = table.spend("ann", kNow + 59);
  CHECK(last.allowed);
  CHECK(last.remaining == 0);
  CHECK(last.resets_in_s == 1);
  CHECK_FALSE(table.spend("ann", kNow + 59).allowed);
  CHECK(table.spend("ann", kNow + 60).allowed);
  CHECK(table.spend("ann", kNow + 60).resets_in_s == 60);
}

TEST_CASE_METHOD(Started, "what one spends is nobody else's") {
  RateTable table({1, 60});
  CHECK(table.spend("ann", kNow).allowed);
  CHECK_FALSE(table.spend("ann", kNow).allowed);
  CHECK(table.spend("bob", kNow).allowed);
  CHECK(table.spend("", kNow).allowed);
}

TEST_CASE_METHOD(Started, "who is refused waits no longer for asking again") {
  RateTable table({1, 60});
  CHECK(table.spend("ann", kNow).allowed);
  for (int again = 1; again < 60; ++again) {
    const auto spent = table.spend("ann", kNow + again);
    CHECK_FALSE(spent.allowed);
    CHECK(spent.resets_in_s == static_cast<std::uint32_t>(60 - again));
  }
  CHECK(table.spend("ann", kNow + 60).allowed);
}

TEST_CASE_METHOD(Started, "a million new names do not free one that is at its limit") {
  RateTable table({5, 60});
  for (int times = 0; times < 5; ++times) CHECK(table.spend("thief", kNow).allowed);
  for (int name = 0; name < 1'000'000; ++name) (void)table.spend("name " + std::to_string(name), kNow);
  CHECK_FALSE(table.spend("thief", kNow).allowed);
}

TEST_CASE_METHOD(Started, "of many at once no more are allowed than one by one") {
  RateTable table({1000, 60});
  std::atomic<int> allowed = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int times = 0; times < 500; ++times) allowed += table.spend("ann", kNow).allowed ? 1 : 0;
      });
    }
  }
  CHECK(allowed == 1000);
}
