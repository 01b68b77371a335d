#include <catch2/catch.hpp>

#include "tests/command-side/runtime/stage.hpp"

namespace ordo::testing {
namespace {

using namespace std::chrono_literals;

void require_loud_end(Stage& stage, const std::string& stream) {
  const auto owner = stage.new_owner();
  const auto settled = stage.settle({owner.get()});
  REQUIRE_FALSE(settled);
  CHECK(settled.error().kind == FailureKind::corrupt);
  CHECK_THAT(settled.error().text, Catch::Contains(stream) && Catch::Contains("lost messages"));
}

}  // namespace

TEST_CASE("an owner stops loudly when an input ends before what it has decided of it") {
  Stage before;
  for (int number = 1; number <= 5; ++number) before.ask(number);
  const auto owner = before.new_owner();
  REQUIRE(before.settle({owner.get()}));

  Stage after;
  after.copy(kOrders, before);
  for (int number = 1; number <= 3; ++number) after.ask(number);
  require_loud_end(after, "COMMANDS-0");
}

TEST_CASE("an owner stops loudly when the beginning of its own stream is gone") {
  Stage stage;
  const auto owner = stage.new_owner();
  for (int number = 1; number <= 3; ++number) {
    stage.ask(number);
    REQUIRE(stage.settle({owner.get()}));
  }
  stage.log.expire_before(kOrders, 2);
  require_loud_end(stage, "ORDERS-0");
}

TEST_CASE("an owner stops loudly when the beginning of an input that keeps everything is gone") {
  Stage stage;
  stage.ask(1);
  stage.pay(1);
  stage.pay(2);
  stage.log.expire_before(kBilling, 2);
  require_loud_end(stage, "BILLING-0");
}

TEST_CASE("an owner whose appends are refused again and again leaves the log alone in between") {
  Stage stage;
  const auto owner = stage.new_owner();
  REQUIRE(stage.settle({owner.get()}));
  for (int count = 0; count < 50; ++count) stage.log.inject(kOrders, log::Fault::refuse);
  stage.ask(1);
  auto longest = 0ms;
  for (int steps = 0; steps < 40; ++steps) {
    while (stage.log.deliver_one()) {
    }
    REQUIRE(owner->step(0ms));
    longest = std::max(longest, owner->pause());
  }
  CHECK(longest == runtime::kPauseMax);
  REQUIRE(stage.settle({owner.get()}));
}

TEST_CASE("an acknowledgement that comes after its owner's end meets nobody") {
  Stage stage;
  auto owner = stage.new_owner();
  REQUIRE(stage.settle({owner.get()}));
  stage.ask(1);
  while (stage.log.deliver_one()) {
  }
  REQUIRE(owner->step(0ms));
  owner.reset();
  while (stage.log.deliver_one()) {
  }
  CHECK(stage.story() == std::vector<std::string>{"pending 1"});
}

}  // namespace ordo::testing
