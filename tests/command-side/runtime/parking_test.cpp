#include "command-side/runtime/parking.hpp"

#include <catch2/catch.hpp>

#include "command-side/runtime/deciding.hpp"
#include "tests/command-side/runtime/parking_stage.hpp"

namespace ordo::testing {

using Story = std::vector<std::string>;

TEST_CASE("an input of an unknown type is tried three times and parked, whole and with the reason, and the others go on") {
  ParkingStage stage;
  stage.ask(1);
  stage.store_unknown(2);
  stage.ask(3);
  stage.run();
  CHECK(stage.story() == Story{"pending 1", "pending 3"});
  const auto events = stage.events_in_orders();
  const auto parked = std::ranges::find_if(events, [](const log::Event& event) { return parking::is_parking(event.payload); });
  REQUIRE(parked != events.end());
  CHECK(parked->cause->position == log::Position{2, 0});
  CHECK(parked->trace.key == key_of(2));
  const auto said = std::get<parking::InputParked>(*parking::decode(parked->payload));
  CHECK(said.input.payload.type == "OrderCreateRequested.v9");
  CHECK(said.fault->attempts == runtime::kAttemptsMax);
  CHECK_THAT(said.fault->reason, Catch::Contains("OrderCreateRequested.v9 is unknown"));
  CHECK(said.fault->first_failed <= said.fault->last_failed);
}

TEST_CASE("a refusal that is a fault is parked") {
  ParkingStage stage;
  stage.pay(1);
  stage.ask(2);
  stage.run();
  CHECK(stage.story() == Story{"pending 2"});
  CHECK(stage.parking_story() == Story{"parked 1: a payment of an order that was never pending, 3 attempts"});
}

TEST_CASE("all that comes behind a parked input under its key is parked in its order, untried, and nothing else") {
  ParkingStage stage;
  stage.spoilt = {1};
  const auto owner = stage.owner_of_spoilt();
  stage.ask(1);
  stage.ask(2);
  REQUIRE(stage.settle({owner.get()}));
  stage.spoilt.clear();
  stage.pay(1);
  stage.pay(2);
  REQUIRE(stage.settle({owner.get()}));
  CHECK(stage.story() == Story{"pending 2", "paid 2"});
  CHECK(stage.parking_story() == Story{"parked 1: spoilt, 3 attempts", "parked 1"});
}

TEST_CASE("what is none of its business does not wait behind a parked input") {
  ParkingStage stage;
  stage.store_unknown(1);
  auto top_up = event_of(billing::encode(billing::Command{billing::TopUpRequested{OperationId::random(), key_of(1).user, purchase(1).total, {}}}));
  top_up.trace.key = key_of(1);
  stage.store(kCommands, log::Topic::payment_top_up, {top_up});
  stage.ask(1);
  const auto owner = stage.new_owner();
  REQUIRE(stage.settle({owner.get()}));
  CHECK(stage.parking_story().size() == 2);
}

TEST_CASE("what is parked under a user holds up all that is theirs") {
  ParkingStage stage;
  auto about_user = create_command(1);
  about_user.trace.key = user_itself();
  about_user.payload.type = "Unknown.v1";
  stage.store(kCommands, log::Topic::order_create, {about_user, create_command(2)});
  stage.run();
  CHECK(stage.story().empty());
  CHECK(stage.parking_story().size() == 2);
}

TEST_CASE("the next owner knows what is parked, from the log and from a snapshot") {
  const bool with_snapshot = GENERATE(false, true);
  ParkingStage stage;
  stage.spoilt = {1};
  stage.ask(1);
  {
    const auto owner = stage.owner_of_spoilt();
    REQUIRE(stage.settle({owner.get()}));
    stage.ask(2);
    REQUIRE(stage.settle({owner.get()}));
    if (with_snapshot) owner->leave_snapshot();
  }
  if (with_snapshot) {
    REQUIRE(stage.snapshots.write_next());
    stage.log.expire_before(kOrders, 2);  // what is not in the snapshot is not there at all
  }
  stage.spoilt.clear();
  stage.pay(1);
  stage.run();
  CHECK(stage.parking_story().back() == "parked 1");
  stage.release(key_of(1));
  stage.run();
  CHECK(stage.parking_story().back() == "released 1: 0 discarded, 2 decided, 0 left");
}

TEST_CASE("what another owner has parked is passed over") {
  ParkingStage stage;
  auto parked = payment_event(1);
  parked.payload = encode(parking::Event(parking::InputParked{key_of(1), create_command(1), {}}));
  stage.store(kBilling, log::Topic::billing_parked, {parked});
  stage.ask(1);
  stage.run();
  CHECK(stage.story() == Story{"pending 1"});
  CHECK(stage.parking_story().empty());
}

TEST_CASE("an owner waits between attempts, unless it has just parked another") {
  ParkingStage stage;
  stage.spoilt = {1, 2};
  stage.ask(1);
  const auto owner = stage.owner_of_spoilt();
  int pauses = 0;
  const auto count_pauses = [&] {
    pauses = 0;
    for (int step = 0; step < 30; ++step) {
      while (stage.log.deliver_one()) {
      }
      REQUIRE(owner->step(std::chrono::milliseconds(0)));
      pauses += owner->pause() == runtime::kAttemptPause ? 1 : 0;
    }
  };
  count_pauses();
  CHECK(pauses == 2);
  stage.ask(2);
  count_pauses();
  CHECK(pauses == 0);
  CHECK(stage.parking_story().size() == 2);
}

TEST_CASE("when more is parked than one event's fault can explain, the owner stops and says so") {
  ParkingStage stage;
  const auto owner = stage.owner_of_spoilt();
  stage.spoilt = {1};
  std::string said;
  for (int number = 0; said.empty() && number < 100; ++number) {
    auto large = create_command(1);
    large.payload = {"Large.v1", std::string(700'000, 'x')};
    stage.store(kCommands, log::Topic::order_create, {large});
    if (const auto settled = stage.settle({owner.get()}); !settled) said = settled.error().text;
    if (number == 60) stage.store_unknown(2);
  }
  CHECK_THAT(said, Catch::Contains("more than 32 MB of inputs are parked"));
}

TEST_CASE("parked inputs are saved and loaded as they are") {
  runtime::Parking parking;
  CHECK(runtime::Parking::load(parking.save()).value() == parking);
  parking.park(key_of(1), {{log::StreamKind::commands, {1, 2}, EventId::random()}, create_command(1), parking::Fault{"why", 3, {1}, {2}}});
  parking.park(key_of(1), {{log::StreamKind::billing, {3, 0}, EventId::random()}, payment_event(1), {}});
  parking.park(user_itself(), {{log::StreamKind::commands, {4, 0}, EventId::random()}, create_command(2), {}});
  CHECK(runtime::Parking::load(parking.save()).value() == parking);
  CHECK_FALSE(runtime::Parking::load("nonsense"));
}

}  // namespace ordo::testing
