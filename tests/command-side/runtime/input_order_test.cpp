#include <random>

#include <catch2/catch.hpp>

#include "command-side/billing/context.hpp"
#include "events/identity/events.hpp"
#include "events/vocabulary/visit.hpp"
#include "tests/command-side/runtime/stage.hpp"

namespace ordo::testing {
namespace {

using namespace std::chrono_literals;
using Story = std::vector<std::string>;

constexpr log::StreamName kUsers{log::StreamKind::users, kPartition};

std::unique_ptr<runtime::PartitionOwner> billing_owner(Stage& stage) {
  return std::make_unique<runtime::PartitionOwner>(
      stage.log, kPartition, [](runtime::Mailbox&) { return billing::make_context(); }, stage.clock);
}

log::Event registered() { return event_of(identity::encode({purchase(0).user_id, purchase(0).total.currency})); }

log::Event top_up(int number) {
  const auto id = OperationId::derived("top-up", {std::to_string(number)});
  return event_of(billing::encode(billing::Command{billing::TopUpRequested{id, purchase(0).user_id, {100, purchase(0).total.currency}, {}}}));
}

log::Event pending(int number, std::uint64_t command_sequence) {
  auto event = event_of(orders::encode(orders::Event{orders::OrderPending{purchase(number), {}}}));
  event.cause = log::Cause{log::StreamKind::commands, {command_sequence, 0}, EventId::random()};
  return event;
}

Story story_of_billing(Stage& stage) {
  Story lines;
  for (const auto& run : stage.runs(kBilling)) {
    for (const auto& event : run.events) {
      lines.push_back(visit(
          *billing::decode(event.payload), [](const billing::AccountOpened&) { return "opened"; },
          [](const billing::AccountConfirmed&) { return "confirmed"; },
          [](const billing::AccountToppedUp&) { return "topped up"; }, [](const billing::TopUpRefused&) { return "refused"; },
          [](const billing::PaymentProcessed& payment) { return payment.paid() ? "paid" : "not paid"; },
          [](const billing::PaymentRefunded&) { return "refunded"; }));
    }
  }
  return lines;
}


}  // namespace

TEST_CASE("an order is charged after the top-up that was accepted before it, even if its own stream is read first") {
  Stage stage;
  stage.store(kUsers, log::Topic::user_registered, {registered()});
  stage.store(kOrders, log::Topic::order_pending, {pending(1, 2)});
  const auto owner = billing_owner(stage);
  REQUIRE(stage.settle({owner.get()}));
  CHECK(story_of_billing(stage) == Story{"opened"});
  stage.store(kCommands, log::Topic::payment_top_up, {top_up(1)});
  REQUIRE(stage.settle({owner.get()}));
  CHECK(story_of_billing(stage) == Story{"opened", "topped up"});
  stage.ask(1);
  REQUIRE(stage.settle({owner.get()}));
  CHECK(story_of_billing(stage) == Story{"opened", "topped up", "paid"});
}

TEST_CASE("a command that COMMANDS has forgotten holds up nothing") {
  Stage stage;
  for (int number = 0; number < 3; ++number) stage.ask(number);
  stage.log.expire_before(kCommands, 4);
  stage.store(kUsers, log::Topic::user_registered, {registered()});
  stage.store(kOrders, log::Topic::order_pending, {pending(1, 3)});
  const auto owner = billing_owner(stage);
  REQUIRE(stage.settle({owner.get()}));
  CHECK(story_of_billing(stage) == Story{"opened", "not paid"});
}

TEST_CASE("money for a wallet that was opened is never refused, in whatever order the streams are read") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 200; ++round) {
    Stage stage;
    stage.store(kUsers, log::Topic::user_registered, {registered()});
    stage.store(kCommands, log::Topic::payment_top_up, {top_up(1)});
    stage.ask(1);
    stage.store(kOrders, log::Topic::order_pending, {pending(1, 2)});
    const auto owner = billing_owner(stage);
    for (int steps = 0; steps < 30; ++steps) {
      if (random() % 2 == 0) stage.log.deliver_one();
      if (random() % 2 == 0) REQUIRE(owner->step(0ms));
    }
    REQUIRE(stage.settle({owner.get()}));
    CHECK(story_of_billing(stage) == Story{"opened", "topped up", "paid"});
  }
}

}  // namespace ordo::testing
