#include "command-side/runtime/witnesses.hpp"

#include <algorithm>
#include <array>

#include <catch2/catch.hpp>

#include "command-side/billing/context.hpp"
#include "tests/command-side/runtime/stage.hpp"

namespace ordo::testing {
namespace {

using namespace std::chrono_literals;

constexpr log::StreamName kNotifications{log::StreamKind::notifications, kPartition};

// ORDERS as its owner leaves it after these orders were asked for, one message each.
void store_orders(Stage& stage, int first, int last) {
  const auto owner = stage.new_owner();
  for (int number = first; number <= last; ++number) {
    stage.ask(number);
    REQUIRE(stage.settle({owner.get()}));
  }
}

// A payment from an owner that has decided ORDERS up to this message.
void pay_having_seen(Stage& stage, int number, std::uint64_t sequence) {
  stage.store(kBilling, log::Topic::billing_payment, {payment_event(number)}, {{log::StreamKind::orders, {sequence, 0}}});
}

}  // namespace

TEST_CASE("those who decide upon a stream are asked how far they went") {
  const auto decides_upon = [](std::span<const log::StreamKind> inputs, log::StreamKind output) {
    for (const auto input : inputs) {
      const auto deciders = runtime::deciders_upon(input);
      const bool has_owner = input == log::StreamKind::orders || input == log::StreamKind::billing;
      CHECK((std::ranges::find(deciders, output) != deciders.end()) == has_owner);
    }
  };
  decides_upon(orders::make_context()->inputs(), log::StreamKind::orders);
  decides_upon(billing::make_context()->inputs(), log::StreamKind::billing);
  decides_upon(std::array{log::StreamKind::orders}, log::StreamKind::notifications);
}

TEST_CASE("the witness that went furthest counts, and a stranger's messages at its end say nothing") {
  Stage stage;
  CHECK(runtime::furthest_testimony(stage.log, kOrders)->sequence == 0);
  pay_having_seen(stage, 1, 3);
  stage.store(kNotifications, log::Topic::notification_sent, {}, {{log::StreamKind::orders, {5, 1}}});
  stage.store(kNotifications, log::Topic::notification_sent, {});
  const auto testimony = runtime::furthest_testimony(stage.log, kOrders);
  CHECK(testimony->sequence == 5);
  CHECK(testimony->witness == kNotifications);
}

TEST_CASE("an owner whose stream ends before what another has decided upon stops loudly, and decides nothing") {
  Stage before;
  store_orders(before, 1, 5);
  Stage after;
  after.copy(kCommands, before);
  after.copy(kOrders, before, 3);
  pay_having_seen(after, 4, 4);
  const auto owner = after.new_owner();
  const auto settled = after.settle({owner.get()});
  REQUIRE_FALSE(settled);
  CHECK(settled.error().kind == FailureKind::corrupt);
  CHECK_THAT(settled.error().text, Catch::Contains("ORDERS-0 ends at 3, but BILLING-0 has decided upon it up to 4"));
  CHECK(after.story() == std::vector<std::string>{"pending 1", "pending 2", "pending 3"});
}

TEST_CASE("what was lost before anybody decided upon it is decided again") {
  Stage before;
  store_orders(before, 1, 5);
  Stage after;
  after.copy(kCommands, before);
  after.copy(kOrders, before, 3);
  pay_having_seen(after, 3, 3);
  const auto owner = after.new_owner();
  REQUIRE(after.settle({owner.get()}));
  CHECK(after.story() == std::vector<std::string>{"pending 1", "pending 2", "pending 3", "pending 4", "pending 5", "paid 3"});
}

TEST_CASE("an owner that has folded before another appended folds again") {
  Stage stage;
  const auto late = stage.new_owner();
  REQUIRE(late->step(0ms));  // folded: there was nothing
  store_orders(stage, 1, 2);
  pay_having_seen(stage, 2, 2);
  REQUIRE(stage.settle({late.get()}));
  CHECK(stage.story() == std::vector<std::string>{"pending 1", "pending 2", "paid 2"});
}

}  // namespace ordo::testing
