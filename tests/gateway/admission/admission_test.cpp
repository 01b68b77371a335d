#include <catch2/catch.hpp>

#include "gateway/admission/admission.hpp"
#include "tests/gateway/admission/stored_runs.hpp"

namespace ordo::admission {
namespace {

using namespace std::chrono_literals;
using log::StreamKind;
using log::Topic;

// A system in which all happens when the test says so: one run of each stream at a time.
class Told {
 public:
  explicit Told(std::uint64_t undone_max, log::Partition partitions = 1) : admission(partitions, {.undone_max = undone_max}) {}

  void accepted(std::size_t orders, log::Partition partition = 0) {
    admission.hear(stored(Topic::order_create, ++commands_, orders, {}, partition), now);
    waiting_ = {commands_, static_cast<std::uint32_t>(orders - 1)};
  }
  // All that was accepted comes to an end at once.
  void decided(std::size_t orders, log::Partition partition = 0) {
    admission.hear(stored(Topic::order_update, ++orders_, orders, {{StreamKind::commands, waiting_}}, partition), now);
  }
  void shown(log::Partition partition = 0) { admission.hear_shown({{{StreamKind::orders, partition}, orders_}}, now); }

  [[nodiscard]] bool refuses(log::Partition partition = 0) { return admission.refuse(partition, now).has_value(); }

  Instant now = Instant{} + 1h;
  Admission admission;

 private:
  std::uint64_t commands_ = 0;
  std::uint64_t orders_ = 0;
  log::Position waiting_;
};

}  // namespace

TEST_CASE("below the bound whoever comes may come in, at the bound nobody") {
  Told told(100);
  CHECK_FALSE(told.refuses());
  told.accepted(99);
  CHECK_FALSE(told.refuses());
  told.accepted(1);
  CHECK(told.refuses());
  CHECK(told.admission.undone(told.now) == 100);
  CHECK(told.admission.refused() == 1);
}

TEST_CASE("without a bound nobody is refused") {
  Told told(0);
  told.accepted(10'000);
  CHECK_FALSE(told.refuses());
}

TEST_CASE("after a refusal nobody comes in until a tenth of the bound is worked off") {
  Told told(100);
  told.accepted(91);
  told.accepted(9);
  CHECK(told.refuses());
  told.admission.hear(stored(Topic::order_update, 1, 9, {{StreamKind::commands, {1, 8}}}), told.now);
  told.admission.hear_shown({{{StreamKind::orders, 0}, 1}}, told.now);
  CHECK(told.admission.undone(told.now) == 91);
  CHECK(told.refuses());
  told.admission.hear(stored(Topic::order_update, 2, 1, {{StreamKind::commands, {1, 9}}}), told.now);
  told.admission.hear_shown({{{StreamKind::orders, 0}, 2}}, told.now);
  CHECK_FALSE(told.refuses());
  told.accepted(9);
  CHECK_FALSE(told.refuses());
  told.accepted(1);
  CHECK(told.refuses());
}

TEST_CASE("what is decided counts until it is shown") {
  Told told(100);
  told.accepted(100);
  told.decided(100);
  CHECK(told.refuses());
  told.shown();
  CHECK_FALSE(told.refuses());
}

TEST_CASE("a read model that stands still does not count, and counts again when it moves") {
  Told told(100);
  told.accepted(100);
  told.decided(100);
  told.now += 10s;
  CHECK(told.refuses());
  told.now += 1s;
  CHECK_FALSE(told.refuses());
  told.accepted(50);
  told.decided(50);
  CHECK_FALSE(told.refuses());
  told.admission.hear_shown({{{StreamKind::orders, 0}, 1}}, told.now);
  CHECK(told.admission.undone(told.now) == 50);
  told.accepted(50);
  CHECK(told.refuses());
}

TEST_CASE("a read model that comes back from far behind does not count until it has caught up with twice the bound") {
  Told told(100);
  for (int run = 0; run < 3; ++run) {
    told.accepted(100);
    told.decided(100);
    told.now += 11s;
  }
  told.admission.hear_shown({{{StreamKind::orders, 0}, 0}}, told.now);
  told.accepted(1);
  CHECK_FALSE(told.refuses());
  CHECK(told.admission.undone(told.now) == 1);
  told.admission.hear_shown({{{StreamKind::orders, 0}, 1}}, told.now);
  CHECK(told.admission.undone(told.now) == 201);
}

TEST_CASE("a partition whose owner stands still keeps its share of the bound to itself and holds up no other") {
  Told told(100, 4);
  told.accepted(100, 1);
  CHECK(told.refuses(1));
  CHECK_FALSE(told.refuses(0));
  told.now += 11s;
  CHECK_FALSE(told.refuses(0));
  CHECK_FALSE(told.refuses(1));  // the one that is let in now and then
  CHECK(told.refuses(1));
  told.decided(100, 1);
  told.shown(1);
  CHECK_FALSE(told.refuses(1));
}

TEST_CASE("a partition that is overrun has nobody else refused") {
  Told told(100, 4);
  told.accepted(100, 1);
  told.accepted(24, 2);
  CHECK(told.refuses(1));
  CHECK_FALSE(told.refuses(0));
  CHECK_FALSE(told.refuses(2));
  told.accepted(1, 2);
  CHECK(told.refuses(2));
}

TEST_CASE("a partition stands still when one of its owners does, though another goes on") {
  Told told(100, 4);
  // Billing of partition 1 is away; orders decides what comes in, and it piles up before billing.
  for (std::uint32_t order = 1; order <= 100; ++order) {
    told.admission.hear(stored(Topic::order_create, order, 1, {}, 1), told.now);
    told.admission.hear(stored(Topic::order_pending, order, 1, {{StreamKind::commands, {order, 0}}}, 1), told.now);
  }
  told.accepted(25, 2);
  CHECK(told.refuses(1));
  CHECK(told.refuses(2));
  told.decided(25, 2);
  told.shown(2);
  for (std::uint32_t order = 101; order <= 104; ++order) {
    told.now += 4s;
    told.admission.hear(stored(Topic::order_create, order, 1, {}, 1), told.now);
    told.admission.hear(stored(Topic::order_pending, order, 1, {{StreamKind::commands, {order, 0}}}, 1), told.now);
  }
  CHECK(told.refuses(1));
  told.accepted(30, 2);
  CHECK_FALSE(told.refuses(2));  // what stands still leaves the whole bound to the others
}

TEST_CASE("a lane of the read model that stands still does not count, though another moves") {
  Told told(100);
  told.accepted(100);
  told.decided(100);
  CHECK(told.refuses());
  for (std::uint64_t number = 1; number <= 3; ++number) {
    told.now += 4s;
    told.admission.hear(stored(Topic::billing_top_up, number, 1), told.now);
    told.admission.hear_shown({{{StreamKind::billing, 0}, number}}, told.now);
  }
  CHECK(told.admission.undone(told.now) == 0);
  CHECK_FALSE(told.refuses());
}

TEST_CASE("letters and what nobody can read do not count") {
  Told told(1);
  told.admission.hear(stored(Topic::notification_failed, 1, 7), told.now);
  auto damaged = stored(Topic::order_create, 1, 1);
  damaged.payload = "no run";
  told.admission.hear(damaged, told.now);
  CHECK(told.admission.undone(told.now) == 0);
}

TEST_CASE("where nothing moves one command is let in now and then, so that a loss of the feed never means refusing for ever") {
  Told told(100);
  told.accepted(100);
  CHECK(told.refuses());
  told.now += 4s;
  CHECK(told.refuses());
  told.now += 1s;
  CHECK_FALSE(told.refuses());
  CHECK(told.refuses());
  // What the feed lost, a run of decisions among it, is told by what became of the one.
  told.accepted(1);
  told.decided(1);
  told.shown();
  CHECK_FALSE(told.refuses());
}

TEST_CASE("who is refused hears how long the excess will take by the rate seen lately") {
  Told told(1'000);
  CHECK_FALSE(told.refuses());
  told.accepted(1'500);
  CHECK(told.admission.refuse(0, told.now) == 30s);
  for (std::uint32_t run = 1; run <= 4; ++run) {
    told.now += 250ms;
    told.admission.hear(stored(Topic::order_update, run, 50, {{StreamKind::commands, {1, 50 * run - 1}}}), told.now);
    told.admission.hear_shown({{{StreamKind::orders, 0}, run}}, told.now);
  }
  // 200 in a second; 1,300 are there, and 900 may be.
  CHECK(told.admission.refuse(0, told.now) == 2s);
}

TEST_CASE("how long is never told as less than a second, nor as more than thirty") {
  Told told(1'000);
  told.accepted(1'000);
  told.now += 1s;
  told.admission.hear(stored(Topic::order_update, 1, 1, {{StreamKind::commands, {1, 0}}}), told.now);
  told.admission.hear_shown({{{StreamKind::orders, 0}, 1}}, told.now);
  told.accepted(1);
  CHECK(told.admission.refuse(0, told.now) == 30s);
  told.admission.hear(stored(Topic::order_update, 2, 99, {{StreamKind::commands, {1, 99}}}), told.now);
  told.admission.hear_shown({{{StreamKind::orders, 0}, 2}}, told.now);
  CHECK(told.admission.refuse(0, told.now) == 1s);
}

}  // namespace ordo::admission
