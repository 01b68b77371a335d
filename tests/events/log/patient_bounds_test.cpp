#include "events/log/patient_bounds.hpp"

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "tests/events/log/hesitant_log.hpp"
#include "tests/events/log/observed.hpp"

namespace ordo::log {
namespace {

using namespace std::chrono_literals;

const StreamName kOrders{StreamKind::orders, 0};

struct Fixture {
  explicit Fixture(int messages) {
    for (int count = 0; count < messages; ++count) REQUIRE(settled(append(log, {kOrders, subject(Topic::order_pending, 0), "said", {}})));
  }

  InMemoryLog log;
  HesitantLog hesitant{log, 2};
};

TEST_CASE("a stream that is known to go further is asked again until it says so") {
  Fixture f(9);
  CHECK(patient_bounds(f.hesitant, kOrders, 7, 30s, {})->last_sequence == 9);
  CHECK(f.hesitant.asked == 3);
}

TEST_CASE("a stream that keeps to its end is believed after a while") {
  Fixture f(5);
  CHECK(patient_bounds(f.hesitant, kOrders, 7, 120ms, {})->last_sequence == 5);
  CHECK(f.hesitant.asked > 2);
}

TEST_CASE("a stream that goes as far as it is known to is asked once") {
  Fixture f(5);
  CHECK(patient_bounds(f.log, kOrders, 5, 30s, {})->last_sequence == 5);
  CHECK(patient_bounds(f.hesitant, kOrders, 0, 30s, {})->last_sequence == 0);
  CHECK(f.hesitant.asked == 1);
}

}  // namespace
}  // namespace ordo::log
