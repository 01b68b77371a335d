#include "events/vocabulary/pace.hpp"

#include <catch2/catch.hpp>

using namespace ordo;
using namespace std::chrono_literals;

namespace {

constexpr PaceLimits kLimits{100us, 10us, 2ms};
constexpr Pace::Instant kStart{1h};

}  // namespace

TEST_CASE("what comes alone is followed by no rest, nor is nothing") {
  Pace pace(kLimits);
  CHECK(pace.rest_after(1, kStart) == 0us);
  CHECK(pace.rest_after(0, kStart) == 0us);
}

TEST_CASE("a batch is followed by a rest for each of its events but one, and by no more than the longest") {
  CHECK(Pace(kLimits).rest_after(2, kStart) == 100us);
  CHECK(Pace(kLimits).rest_after(6, kStart) == 500us);
  CHECK(Pace(kLimits).rest_after(1'000'000'000, kStart) == 2ms);
}

TEST_CASE("events that come one by one are followed by a rest when there were many of late, and by none when they were rare") {
  const auto rest_at = [](std::chrono::microseconds apart) {
    Pace pace(kLimits);
    std::chrono::microseconds rest{0};
    for (int event = 0; event < 1'000; ++event) rest = pace.rest_after(1, kStart + event * apart);
    return rest;
  };
  CHECK(rest_at(1ms) > 450us);
  CHECK(rest_at(1ms) < 550us);
  CHECK(rest_at(100us) == 2ms);
  CHECK(rest_at(100ms) <= 2us);
}
