#include <random>

#include <catch2/catch.hpp>

#include "tests/command-side/runtime/stage.hpp"

namespace ordo::testing {
namespace {

using namespace std::chrono_literals;

// Asks for orders 1 to `count`, one message each, and lets the owner leave a snapshot of them at its end.
void leave_snapshot_of(Stage& stage, int count) {
  const auto owner = stage.new_owner_with_snapshots();
  for (int number = 1; number <= count; ++number) {
    stage.ask(number);
    REQUIRE(stage.settle({owner.get()}));
  }
  owner->wind_up();
  owner->leave_snapshot();
  REQUIRE(stage.snapshots.write_next());
}

std::string stored_snapshot(Stage& stage) { return stage.snapshot_store.load(kOrders).value().value(); }

// Puts another snapshot in its place.
template <class Change>
void change_snapshot(Stage& stage, Change change) {
  auto snapshot = runtime::decode_snapshot(stored_snapshot(stage)).value();
  change(snapshot);
  REQUIRE(stage.snapshot_store.save(kOrders, runtime::encode_snapshot(snapshot)));
}

// Once the log's beginning is gone, an owner that wants to fold from there ends loudly.
bool begins_from_snapshot(Stage& stage) {
  const auto bytes = stage.snapshot_store.load(kOrders).value();
  auto first_needed = stage.log.bounds(kOrders)->last_sequence;
  if (const auto snapshot = runtime::decode_snapshot(bytes.value_or(""))) first_needed = std::min(first_needed, snapshot->end.sequence);
  stage.log.expire_before(kOrders, first_needed);
  const auto owner = stage.new_owner_with_snapshots();
  return stage.settle({owner.get()}).has_value() && owner->running();
}

void require_that_the_beginning_is_folded(Stage& stage) {
  const auto owner = stage.new_owner_with_snapshots();
  REQUIRE(stage.settle({owner.get()}));
  CHECK(owner->running());
  stage.pay(1);
  REQUIRE(stage.settle({owner.get()}));
  CHECK(stage.story().back() == "paid 1");
  CHECK_FALSE(begins_from_snapshot(stage));
}

}  // namespace

TEST_CASE("an owner begins from its snapshot, and reads only what came after it") {
  Stage stage;
  leave_snapshot_of(stage, 3);
  {
    const auto owner = stage.new_owner();
    stage.ask(4);
    stage.pay(2);
    REQUIRE(stage.settle({owner.get()}));
  }
  stage.log.expire_before(kOrders, 3);
  const auto owner = stage.new_owner_with_snapshots();
  REQUIRE(stage.settle({owner.get()}));
  // 2 and 4 are known from the log, 1 and 3 from the snapshot: nothing is decided twice, nothing was forgotten.
  for (int number = 1; number <= 4; ++number) stage.ask(number);
  for (int number = 1; number <= 4; ++number) stage.pay(number);
  REQUIRE(stage.settle({owner.get()}));
  const auto story = stage.story();
  const std::vector<std::string> end(story.end() - 3, story.end());
  CHECK(end == std::vector<std::string>{"paid 1", "paid 3", "paid 4"});
}

TEST_CASE("an owner that ends leaves a snapshot, unless nothing has happened since the last one") {
  Stage stage;
  leave_snapshot_of(stage, 1);
  const auto owner = stage.new_owner_with_snapshots();
  REQUIRE(stage.settle({owner.get()}));
  owner->wind_up();
  owner->leave_snapshot();
  CHECK_FALSE(stage.snapshots.write_next());
}

TEST_CASE("an owner leaves no snapshot while anything is under way") {
  Stage stage;
  const auto owner = stage.new_owner_with_snapshots(1);
  REQUIRE(stage.settle({owner.get()}));
  stage.log.inject(kOrders, log::Fault::lose_ack);
  stage.ask(1);
  while (stage.log.deliver_one()) {
  }
  REQUIRE(owner->step(0ms));  // decided, and sent
  owner->wind_up();
  owner->leave_snapshot();
  CHECK_FALSE(stage.snapshots.write_next());
  REQUIRE(stage.settle({owner.get()}));
  owner->leave_snapshot();
  CHECK(stage.snapshots.write_next());
  CHECK(begins_from_snapshot(stage));
}

TEST_CASE("under load an owner takes a snapshot whenever enough has happened, and goes on") {
  Stage stage;
  const auto owner = stage.new_owner_with_snapshots(10);
  std::vector<log::Event> commands;
  for (int number = 1; number <= 2'500; ++number) commands.push_back(create_command(number));
  stage.store(kCommands, log::Topic::order_create, std::move(commands));
  int written = 0;
  for (int quiet = 0; quiet < 3; ++quiet) {
    if (stage.log.deliver_one() || stage.snapshots.write_next()) quiet = 0;
    REQUIRE(owner->step(0ms));
    if (stage.snapshots.write_next()) ++written;
  }
  CHECK(stage.story().size() == 2'500);
  CHECK(written >= 2);
  CHECK(begins_from_snapshot(stage));
}

TEST_CASE("a snapshot that was lost or torn is done without") {
  const auto fault = GENERATE(log::SnapshotFault::lose, log::SnapshotFault::tear);
  Stage stage;
  stage.snapshot_store.inject(fault);
  leave_snapshot_of(stage, 3);
  require_that_the_beginning_is_folded(stage);
}

TEST_CASE("when a snapshot cannot be stored, the one before it still serves") {
  Stage stage;
  leave_snapshot_of(stage, 3);
  const auto before = stored_snapshot(stage);
  stage.snapshot_store.inject(log::SnapshotFault::refuse);
  {
    const auto owner = stage.new_owner_with_snapshots();
    stage.ask(4);
    REQUIRE(stage.settle({owner.get()}));
    owner->leave_snapshot();
  }
  CHECK(stage.snapshots.write_next());
  CHECK((stored_snapshot(stage) == before));
  stage.log.expire_before(kOrders, 3);
  const auto owner = stage.new_owner_with_snapshots();
  REQUIRE(stage.settle({owner.get()}));
  CHECK(owner->running());
}

TEST_CASE("a snapshot that is damaged anywhere is done without") {
  Stage stage;
  leave_snapshot_of(stage, 3);
  const auto sound = stored_snapshot(stage);
  stage.log.expire_before(kOrders, 3);
  for (std::size_t at = 0; at < sound.size(); at += 5) {
    auto damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    REQUIRE(stage.snapshot_store.save(kOrders, damaged));
    REQUIRE_FALSE(begins_from_snapshot(stage));
  }
  REQUIRE(stage.snapshot_store.save(kOrders, sound));
  CHECK(begins_from_snapshot(stage));
}

TEST_CASE("a snapshot of another version of the state is done without") {
  Stage stage;
  leave_snapshot_of(stage, 3);
  change_snapshot(stage, [](runtime::Snapshot& snapshot) { ++snapshot.state_version; });
  require_that_the_beginning_is_folded(stage);
}

TEST_CASE("a snapshot of another stream, or whose state cannot be read, is done without") {
  Stage stage;
  leave_snapshot_of(stage, 3);
  SECTION("another stream's") {
    change_snapshot(stage, [](runtime::Snapshot& snapshot) { snapshot.stream = kBilling; });
  }
  SECTION("a state that is none") {
    change_snapshot(stage, [](runtime::Snapshot& snapshot) { snapshot.state.pop_back(); });
  }
  require_that_the_beginning_is_folded(stage);
}

TEST_CASE("a snapshot of another log is done without, though it has as many messages") {
  Stage other;
  leave_snapshot_of(other, 3);
  Stage stage;
  leave_snapshot_of(stage, 3);
  REQUIRE(stage.snapshot_store.save(kOrders, stored_snapshot(other)));
  require_that_the_beginning_is_folded(stage);
}

TEST_CASE("a snapshot that knows more than the log, which was restored from a backup, is done without") {
  Stage before;
  leave_snapshot_of(before, 5);
  Stage stage;
  stage.copy(kCommands, before);
  stage.copy(kOrders, before, 3);
  REQUIRE(stage.snapshot_store.save(kOrders, stored_snapshot(before)));
  const auto owner = stage.new_owner_with_snapshots();
  REQUIRE(stage.settle({owner.get()}));
  CHECK(stage.story() == before.story());
  CHECK(stage.log.bounds(kOrders)->last_sequence >= 4);
  stage.pay(5);
  REQUIRE(stage.settle({owner.get()}));
  CHECK(stage.story().back() == "paid 5");
}

TEST_CASE("a store that does not answer is asked a few times, and then done without") {
  Stage stage;
  leave_snapshot_of(stage, 3);
  stage.log.expire_before(kOrders, 3);
  const auto runs_in_the_end = [&stage](int refusals) {
    stage.snapshot_store.refuse_loads(refusals);
    const auto owner = stage.new_owner_with_snapshots();
    for (int steps = 0; steps < 10; ++steps) {
      if (!stage.settle({owner.get()})) return false;
    }
    return owner->running();
  };
  CHECK(runs_in_the_end(runtime::kSnapshotAskedMax - 1));
  CHECK_FALSE(runs_in_the_end(runtime::kSnapshotAskedMax));
}

TEST_CASE("owners that come and go with snapshots, sound and not, tell the same story as one that stays") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Stage plain;
  Stage stage;
  const auto stays = plain.new_owner();
  auto comes_and_goes = stage.new_owner_with_snapshots(7);
  int asked = 0;
  for (int step = 0; step < 300; ++step) {
    const int number = asked > 0 && random() % 3 == 0 ? static_cast<int>(random() % static_cast<unsigned>(asked)) + 1 : ++asked;
    const bool pays = number < asked && random() % 2 == 0;
    for (auto* both : {&plain, &stage}) pays ? both->pay(number) : both->ask(number);
    if (random() % 10 == 0) stage.log.inject(kOrders, random() % 2 == 0 ? log::Fault::lose_ack : log::Fault::lose_message);
    if (random() % 10 == 0) stage.snapshot_store.inject(static_cast<log::SnapshotFault>(random() % 3));
    REQUIRE(plain.settle({stays.get()}));
    REQUIRE(stage.settle({comes_and_goes.get()}));
    if (random() % 3 == 0) stage.snapshots.write_next();
    if (random() % 8 != 0) continue;
    if (random() % 2 == 0) comes_and_goes->leave_snapshot();
    comes_and_goes = stage.new_owner_with_snapshots(7);
  }
  CHECK(stage.story() == plain.story());
}

TEST_CASE("snapshots are written in the background, and what waits at the end is written too") {
  log::InMemorySnapshotStore store;
  runtime::SnapshotQueue queue(store);
  {
    const runtime::SnapshotThread writer(queue);
    for (log::Partition partition = 0; partition < 8; ++partition) {
      queue.put({{log::StreamKind::orders, partition}, 1, {1, EventId::random(), {}}, {}, "state"});
    }
  }
  for (log::Partition partition = 0; partition < 8; ++partition) {
    CHECK(store.load({log::StreamKind::orders, partition}).value().has_value());
  }
}

TEST_CASE("of two snapshots that wait for the same stream only the newer is written") {
  log::InMemorySnapshotStore store;
  runtime::SnapshotQueue queue(store);
  queue.put({kOrders, 1, {1, EventId::random(), {}}, {}, "older"});
  queue.put({kOrders, 1, {2, EventId::random(), {}}, {}, "newer"});
  CHECK(queue.write_next());
  CHECK_FALSE(queue.write_next());
  CHECK(runtime::decode_snapshot(*store.load(kOrders).value())->state == "newer");
}

}  // namespace ordo::testing
