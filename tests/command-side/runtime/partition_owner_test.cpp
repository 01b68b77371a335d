#include "command-side/runtime/partition_owner.hpp"

#include <algorithm>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "tests/command-side/runtime/stage.hpp"

namespace ordo::testing {
namespace {

using namespace std::chrono_literals;
using Story = std::vector<std::string>;


TEST_CASE("a command is decided once, whoever owns the partition and however often it starts") {
  Stage stage;
  stage.ask(1);
  for (int start = 0; start < 3; ++start) {
    const auto owner = stage.new_owner();
    REQUIRE(stage.settle({owner.get()}));
    CHECK(stage.story() == Story{"pending 1"});
  }
  stage.ask(2);
  stage.pay(1);
  const auto owner = stage.new_owner();
  REQUIRE(stage.settle({owner.get()}));
  auto story = stage.story();
  std::ranges::sort(story);
  CHECK(story == Story{"paid 1", "pending 1", "pending 2"});
}

TEST_CASE("the same command twice makes one order") {
  Stage stage;
  stage.ask(1);
  stage.ask(1);
  const auto owner = stage.new_owner();
  REQUIRE(stage.settle({owner.get()}));
  stage.ask(1);
  REQUIRE(stage.settle({owner.get()}));
  CHECK(stage.story() == Story{"pending 1"});
}

TEST_CASE("an event names its cause, and carries the correlation id and the actor on") {
  Stage stage;
  auto command = create_command(1);
  stage.store(kCommands, log::Topic::order_create, {create_command(0), command});
  const auto owner = stage.new_owner();
  REQUIRE(stage.settle({owner.get()}));
  const auto event = stage.runs(kOrders).back().events.back();
  REQUIRE(event.cause);
  CHECK(*event.cause == log::Cause{log::StreamKind::commands, {1, 1}, command.id});
  CHECK(event.trace == command.trace);
}

TEST_CASE("a message's checkpoint is the position of the last decision in it") {
  Stage stage;
  stage.store(kCommands, log::Topic::order_create, {create_command(1), create_command(2)});
  stage.ask(3);
  const auto owner = stage.new_owner();
  REQUIRE(stage.settle({owner.get()}));
  CHECK(stage.runs(kOrders).back().checkpoints.at(log::StreamKind::commands) == log::Position{2, 0});
}

TEST_CASE("what is decided while an append is under way goes into one message") {
  Stage stage;
  const auto owner = stage.new_owner();
  REQUIRE(stage.settle({owner.get()}));
  for (int number = 0; number < 100; ++number) stage.ask(number);
  REQUIRE(stage.settle({owner.get()}));
  CHECK(stage.story().size() == 100);
  CHECK(stage.runs(kOrders).size() < 10);
}

TEST_CASE("an owner that has appended much may rest for a moment, one that has appended a single event may not") {
  Stage stage;
  const auto owner = stage.new_owner();
  REQUIRE(stage.settle({owner.get()}));
  std::chrono::microseconds longest{0};
  Pace::Instant now;
  const auto step_on = [&] {
    longest = {};
    for (int turn = 0; turn < 100; ++turn) {
      REQUIRE(owner->step(1ms));
      longest = std::max(longest, owner->rest(now += 1s));
      while (stage.log.deliver_one()) {
      }
    }
  };
  stage.ask(1);
  step_on();
  CHECK(longest == 0us);
  stage.store(kCommands, log::Topic::order_create, {create_command(2), create_command(3), create_command(4)});
  step_on();
  CHECK(longest == 800us);
}

TEST_CASE("an append of unknown outcome is found out by reading, and its events stand in the log once") {
  const auto fault = GENERATE(log::Fault::lose_ack, log::Fault::lose_message, log::Fault::acknowledge_with_zero,
                              log::Fault::refuse);
  Stage stage;
  const auto owner = stage.new_owner();
  REQUIRE(stage.settle({owner.get()}));
  stage.log.inject(kOrders, fault);
  stage.ask(1);
  REQUIRE(stage.settle({owner.get()}));
  stage.ask(2);
  REQUIRE(stage.settle({owner.get()}));
  CHECK(stage.story() == Story{"pending 1", "pending 2"});
}

TEST_CASE("a zombie's append is refused, and it folds again what the new owner wrote") {
  Stage stage;
  const auto zombie = stage.new_owner();
  stage.ask(1);
  REQUIRE(stage.settle({zombie.get()}));
  // The zombie sleeps while another owner takes over and decides.
  const auto owner = stage.new_owner();
  stage.ask(2);
  REQUIRE(stage.settle({owner.get()}));
  REQUIRE(stage.settle({zombie.get(), owner.get()}));
  stage.pay(1);
  REQUIRE(stage.settle({zombie.get(), owner.get()}));
  auto story = stage.story();
  std::ranges::sort(story);
  CHECK(story == Story{"paid 1", "pending 1", "pending 2"});
}

TEST_CASE("two owners that fight, crashes and lost appends never make an order pending or paid twice") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Stage stage;
  std::vector<std::unique_ptr<runtime::PartitionOwner>> owners(2);
  const int orders = 200;
  for (int number = 0; number < orders; ++number) {
    stage.ask(number);
    auto& owner = owners[random() % 2];
    if (!owner || random() % 10 == 0) owner = stage.new_owner();
    if (random() % 5 == 0) stage.log.inject(kOrders, static_cast<log::Fault>(random() % 4));
    for (auto steps = random() % 6; steps > 0; --steps) {
      stage.log.deliver_one();
      REQUIRE(owner->step(0ms));
    }
  }
  owners.clear();
  const auto last = stage.new_owner();
  REQUIRE(stage.settle({last.get()}));
  for (int number = 0; number < orders; ++number) stage.pay(number);
  REQUIRE(stage.settle({last.get()}));
  const auto story = stage.story();
  CHECK(std::set<std::string>(story.begin(), story.end()).size() == story.size());
  CHECK(story.size() == 2 * static_cast<std::size_t>(orders));
}

TEST_CASE("an unknown event that does not say whose it is stops the owner loudly, and where it stands is told") {
  Stage stage;
  auto strange = create_command(1);
  strange.payload.type = "OrderTeleported.v9";
  strange.trace.key.reset();
  stage.store(kCommands, log::Topic::order_create, {strange});
  const auto owner = stage.new_owner();
  const auto settled = stage.settle({owner.get()});
  REQUIRE_FALSE(settled);
  CHECK(settled.error().kind == FailureKind::corrupt);
  CHECK_THAT(settled.error().text, Catch::Contains("OrderTeleported.v9") && Catch::Contains("COMMANDS-0 1"));
}

}  // namespace
}  // namespace ordo::testing
