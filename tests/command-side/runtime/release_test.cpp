#include "command-side/runtime/deciding.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/command-side/runtime/parking_stage.hpp"

namespace ordo::testing {

using Story = std::vector<std::string>;

TEST_CASE("a release decides what is parked in its order, with the causes that it had, and from then on the key is as every other") {
  ParkingStage stage;
  stage.spoilt = {1};
  stage.ask(1);
  stage.pay(1);
  stage.run();
  stage.spoilt.clear();
  stage.release(key_of(1));
  stage.run();
  CHECK(stage.story() == Story{"pending 1", "paid 1"});
  CHECK(stage.parking_story().back() == "released 1: 0 discarded, 2 decided, 0 left");
  for (const auto& event : stage.events_in_orders()) {
    if (event.payload.type == "OrderPending.v1") CHECK(event.cause->position == log::Position{1, 0});
    if (event.payload.type == "OrderUpdateMessage.v1") CHECK(event.cause->stream == log::StreamKind::billing);
  }
  stage.pay(1);
  stage.run();
  CHECK(stage.parking_story().size() == 3);
}

TEST_CASE("a release of what is still broken says so, and counts the attempts") {
  ParkingStage stage;
  stage.spoilt = {1};
  stage.ask(1);
  stage.pay(1);
  stage.run();
  stage.release(key_of(1));
  stage.run();
  CHECK(stage.parking_story().back() == "released 1: 0 discarded, 0 decided, 2 left");
  const auto said = std::get<parking::ParkedReleased>(*parking::decode(stage.events_in_orders().back().payload));
  CHECK(said.fault->attempts == runtime::kAttemptsMax + 1);
  stage.spoilt.clear();
  stage.release(key_of(1));
  stage.run();
  CHECK(stage.story() == Story{"pending 1", "paid 1"});
}

TEST_CASE("an input that is discarded is never decided, and those behind it are") {
  ParkingStage stage;
  stage.pay(1);  // broken: there is no such order
  stage.run();
  stage.ask(1);
  stage.run();
  SECTION("the first") {
    stage.release(key_of(1), parking::Discard::first);
    stage.run();
    CHECK(stage.story() == Story{"pending 1"});
    CHECK(stage.parking_story().back() == "released 1: 1 discarded, 1 decided, 0 left");
  }
  SECTION("all") {
    stage.release(key_of(1), parking::Discard::all);
    stage.run();
    CHECK(stage.story().empty());
    CHECK(stage.parking_story().back() == "released 1: 2 discarded, 0 decided, 0 left");
  }
}

TEST_CASE("of an input that is no longer the first nothing is discarded") {
  ParkingStage stage;
  stage.pay(1);
  stage.run();
  stage.ask(1);
  stage.run();
  const auto said = std::get<parking::InputParked>(*parking::decode(stage.events_in_orders().front().payload));
  for (int time = 0; time < 2; ++time) {
    stage.release(key_of(1), parking::Discard::first, log::StreamKind::orders, said.input.id);
    stage.store_unknown(1);
    stage.run();
  }
  CHECK(stage.story() == Story{"pending 1"});
  const auto story = stage.parking_story();
  CHECK(std::ranges::count_if(story, [](const auto& line) { return line.find("1 discarded") != std::string::npos; }) == 1);
  CHECK(std::ranges::count(story, "released 1: 0 discarded, 0 decided, 2 left") == 1);
}

TEST_CASE("a release that found nothing is answered, and does not come back when something is parked") {
  ParkingStage stage;
  stage.release(key_of(1));
  stage.run();
  CHECK(stage.parking_story() == Story{"released 1: 0 discarded, 0 decided, 0 left"});
  stage.spoilt = {1};
  stage.ask(1);
  stage.run();
  stage.spoilt.clear();
  stage.run();
  CHECK(stage.parking_story().back() == "parked 1: spoilt, 3 attempts");
}

TEST_CASE("a release that is meant for another context, or cannot be read, changes nothing") {
  ParkingStage stage;
  stage.spoilt = {1};
  stage.ask(1);
  stage.run();
  stage.spoilt.clear();
  stage.release(key_of(1), parking::Discard::all, log::StreamKind::billing);
  stage.store({log::StreamKind::operations, kPartition}, log::Topic::parked_operation, {event_of({"ReleaseRequested.v9", ""})});
  stage.run();
  CHECK(stage.parking_story() == Story{"parked 1: spoilt, 3 attempts"});
}

TEST_CASE("an owner that falls between a decision and the record of the release decides nothing twice") {
  const auto fault = GENERATE(log::Fault::lose_message, log::Fault::lose_ack);
  ParkingStage stage;
  stage.spoilt = {1};
  stage.ask(1);
  stage.pay(1);
  stage.run();
  stage.spoilt.clear();
  stage.release(key_of(1));
  for (int steps = 1; steps < 12; ++steps) {
    stage.log.inject(kOrders, fault);
    const auto owner = stage.owner_of_spoilt();
    for (int step = 0; step < steps; ++step) {
      stage.log.deliver_one();
      REQUIRE(owner->step(std::chrono::milliseconds(0)));
    }
  }
  stage.run();
  CHECK(stage.story() == Story{"pending 1", "paid 1"});
}

}  // namespace ordo::testing
