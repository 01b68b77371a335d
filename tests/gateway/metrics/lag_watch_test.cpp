#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "events/log/in_memory_log.hpp"
#include "gateway/metrics/lag_watch.hpp"

using namespace ordo;
using namespace ordo::metrics;
using namespace std::chrono_literals;

namespace {

constexpr log::StreamName kOrders{log::StreamKind::orders, 0};
constexpr log::StreamName kBilling{log::StreamKind::billing, 0};

void append(log::InMemoryLog& log, log::StreamName stream) {
  log.append({stream, log::subjects_of(stream).front(), "payload"}, [](const Result<std::uint64_t>& outcome) { CHECK(outcome); });
}

template <class Condition>
bool comes_true(Condition condition) {
  const auto limit = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

}  // namespace

TEST_CASE("the lag of a stream is what the log holds and the read model has not passed") {
  log::InMemoryLog log;
  for (int count = 0; count < 3; ++count) append(log, kOrders);
  std::atomic<std::uint64_t> passed = 1;
  const LagWatch watch([&] { return Result<reads::Reached>(reads::Reached{{kOrders, passed}, {kBilling, 0}}); }, log, 1ms);
  CHECK(comes_true([&] { return watch.behind() == std::map<log::StreamName, std::uint64_t>{{kOrders, 2}, {kBilling, 0}}; }));
  passed = 3;
  CHECK(comes_true([&] { return watch.behind().at(kOrders) == 0; }));
}

TEST_CASE("a read model that is ahead of what was asked of the log is not behind") {
  log::InMemoryLog log;
  const LagWatch watch([] { return Result<reads::Reached>(reads::Reached{{kOrders, 9}}); }, log, 1ms);
  CHECK(comes_true([&] { return watch.behind().contains(kOrders); }));
  CHECK(watch.behind().at(kOrders) == 0);
}

TEST_CASE("while the read model cannot be asked, nothing is told of it") {
  log::InMemoryLog log;
  std::atomic<bool> away = false;
  const LagWatch watch(
      [&]() -> Result<reads::Reached> {
        if (away) return failure(FailureKind::unavailable, "away");
        return reads::Reached{{kOrders, 0}};
      },
      log, 1ms);
  CHECK(comes_true([&] { return !watch.behind().empty(); }));
  away = true;
  CHECK(comes_true([&] { return watch.behind().empty(); }));
}

TEST_CASE("a watch that rests ends at once") {
  log::InMemoryLog log;
  const auto began = std::chrono::steady_clock::now();
  { const LagWatch watch([] { return Result<reads::Reached>(reads::Reached{}); }, log, 1h); }
  CHECK(std::chrono::steady_clock::now() - began < 10s);
}
