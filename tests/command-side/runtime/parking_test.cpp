#include "command-side/runtime/parking.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "command-side/runtime/deciding.hpp"
#include "events/vocabulary/visit.hpp"
#include "tests/command-side/runtime/stage.hpp"

namespace ordo::testing {
namespace {

using Story = std::vector<std::string>;

constexpr log::StreamName kOperations{log::StreamKind::operations, kPartition};

// Orders, but for those whose numbers are spoilt: what has their key cannot be decided.
class SpoiltContext final : public runtime::Context {
 public:
  explicit SpoiltContext(const std::set<int>& spoilt) : spoilt_(spoilt) {}

  [[nodiscard]] log::StreamKind output() const override { return orders_->output(); }
  [[nodiscard]] std::span<const log::StreamKind> inputs() const override { return orders_->inputs(); }
  [[nodiscard]] Result<void> fold(const log::Event& own) override { return orders_->fold(own); }
  [[nodiscard]] std::uint32_t state_version() const override { return orders_->state_version(); }
  [[nodiscard]] std::string save_state() const override { return orders_->save_state(); }
  [[nodiscard]] Result<void> load_state(std::string_view bytes) override { return orders_->load_state(bytes); }
  [[nodiscard]] Result<void> take(const runtime::Input& input, runtime::Journal& journal) override {
    for (const int number : spoilt_) {
      if (input.event.trace.key == key_of(number)) return failure(FailureKind::corrupt, "spoilt");
    }
    return orders_->take(input, journal);
  }

 private:
  const std::set<int>& spoilt_;
  std::unique_ptr<runtime::Context> orders_ = orders::make_context();
};

class ParkingStage : public Stage {
 public:
  std::unique_ptr<runtime::PartitionOwner> owner_of_spoilt() {
    return std::make_unique<runtime::PartitionOwner>(
        log, kPartition, [this](runtime::Mailbox&) { return std::make_unique<SpoiltContext>(spoilt); }, clock, EventId::random,
        runtime::Snapshots{&snapshots, 1'000'000});
  }

  void run() {
    const auto owner = owner_of_spoilt();
    REQUIRE(settle({owner.get()}));
  }

  void store_unknown(int number) {
    auto event = create_command(number);
    event.payload.type = "OrderCreateRequested.v9";
    store(kCommands, log::Topic::order_create, {event});
  }

  void release(const log::Key& key, parking::Discard discard = parking::Discard::none,
               log::StreamKind context = log::StreamKind::orders) {
    auto event = event_of(encode(parking::ReleaseRequested{context, key, discard, "anna", "tested"}));
    event.trace.key = key;
    store(kOperations, log::Topic::parked_operation, {event});
  }

  // What the owner has said of parking: "parked order 3: spoilt, 3 attempts", "parked order 3", "released 1 decided, 0 left".
  Story parking_story() {
    Story lines;
    for (const auto& event : events_in_orders()) {
      if (parking::is_parking(event.payload)) lines.push_back(text(*parking::decode(event.payload)));
    }
    return lines;
  }

  std::vector<log::Event> events_in_orders() {
    std::vector<log::Event> events;
    for (const auto& stored : runs(kOrders)) events.insert(events.end(), stored.events.begin(), stored.events.end());
    return events;
  }

  std::set<int> spoilt;

 private:
  static std::string text(const parking::Event& event) {
    return visit(
        event,
        [](const parking::InputParked& parked) {
          const auto why = parked.fault ? ": " + parked.fault->reason + ", " + std::to_string(parked.fault->attempts) + " attempts" : "";
          return "parked " + number_of(parked.key) + why;
        },
        [](const parking::ParkedReleased& released) {
          return "released " + number_of(released.key) + ": " + std::to_string(released.discarded) + " discarded, " +
                 std::to_string(released.decided) + " decided, " + std::to_string(released.left) + " left";
        });
  }

  static std::string number_of(const log::Key& key) {
    for (int number = 0; number < 1'000; ++number) {
      if (key == key_of(number)) return std::to_string(number);
    }
    return "user";
  }
};

log::Key user_itself() { return {key_of(0).user, std::nullopt}; }

}  // namespace

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
  stage.store(kOperations, log::Topic::parked_operation, {event_of({"ReleaseRequested.v9", ""})});
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
