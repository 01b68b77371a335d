#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "gateway/admission/read_model_watch.hpp"
#include "tests/gateway/admission/stored_runs.hpp"

namespace ordo::admission {
namespace {

using namespace std::chrono_literals;
using log::StreamKind;

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

TEST_CASE("the read model is asked while something is not shown, again after a failure, and not where all is") {
  Admission admission(1);
  std::atomic<int> asked = 0;
  std::atomic<bool> away = true;
  const ReadModelWatch watch(
      [&]() -> Result<Shown> {
        ++asked;
        if (away) return failure(FailureKind::unavailable, "away");
        return Shown{{{StreamKind::orders, 0}, 1}};
      },
      admission, 1ms);
  admission.hear(stored(log::Topic::order_update, 1, 3), std::chrono::steady_clock::now());
  CHECK(comes_true([&] { return asked > 2; }));
  CHECK(admission.awaits_read_model());
  away = false;
  CHECK(comes_true([&] { return !admission.awaits_read_model(); }));
  CHECK(admission.undone(std::chrono::steady_clock::now()) == 0);
}

}  // namespace ordo::admission
