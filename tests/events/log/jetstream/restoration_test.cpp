#include "events/log/jetstream/restoration.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "events/log/archive/restoring.hpp"
#include "events/log/jetstream/setup.hpp"
#include "events/log/written_streams.hpp"
#include "tests/events/log/archive/archive_fixture.hpp"
#include "tests/events/log/jetstream/jetstream_on_server.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace archive;
using namespace std::chrono_literals;

constexpr StreamName kUsers{StreamKind::users, 1};

Restoration restoration_of(const Manifest& manifest) {
  Restoration restoration{name_of(manifest), manifest.partitions, 1, {}};
  for (const auto& [stream, section] : manifest.streams) restoration.first_sequences[stream] = section.first;
  return restoration;
}

// Two partitions: most streams empty, two inboxes that have forgotten, one of them everything, and a stream of users with a hole at its
// beginning, as only a damaged store has one.
struct BackedUp {
  explicit BackedUp(int orders = 300) {
    fill(source, kOrders, orders);
    store(source, kBilling, run_of(3, "paid"));
    REQUIRE(settled(append(source, {kOrders, "orders.parked.0", encode_run(run_of(1, "parked"))})));
    for (const auto stream : {kCommands, StreamName{StreamKind::commands, 1}, kUsers}) fill(source, stream, 20);
    source.expire_before(kCommands, 18);
    source.expire_before({StreamKind::commands, 1}, 21);
    source.expire_before(kUsers, 4);
    manifest = {.made = {1}, .made_by = "test", .partitions = kTestPartitions, .streams = {}, .files = {}};
    auto backup = NewBackup::begin(folder / "backup").value();
    Cut cut;
    REQUIRE(note_ends(source, written_streams(kTestPartitions), cut));
    REQUIRE(write_streams(source, cut, backup, manifest, {}, {}));
    REQUIRE(backup.publish(manifest));
  }

  [[nodiscard]] RestoreSettings into(EventLog& log) const { return {log, folder / "backup", manifest, {}}; }

  void require_same(EventLog& log) {
    for (const auto stream : written_streams(kTestPartitions)) {
      CAPTURE(text(stream));
      const auto wanted = source.bounds(stream).value();
      const auto found = log.bounds(stream).value();
      CHECK(found.first_sequence == wanted.first_sequence);
      CHECK(found.last_sequence == wanted.last_sequence);
    }
    REQUIRE(compare_streams(into(log)));
  }

  TemporaryFolder folder;
  InMemoryLog source;
  Manifest manifest;
};

// A server with nothing on it.
struct Target {
  NatsServer server;
  std::shared_ptr<Connection> connection = connect_to(server);
  std::unique_ptr<JetStreamLog> log = JetStreamLog::open(connection, {.append_timeout = 2s, .fenced_sent_ahead = true}).value();
};

TEST_CASE("a restored log has every message where it was, and keeps it when the server is killed") {
  BackedUp backup;
  Target target;
  const auto restoration = restoration_of(backup.manifest);
  REQUIRE(begin_restoration(*target.connection, restoration));
  REQUIRE(restore_streams(backup.into(*target.log)));
  backup.require_same(*target.log);
  REQUIRE(end_restoration(*target.connection, restoration));
  target.server.kill();
  target.server.start();
  target.connection = connect_to(target.server);
  target.log = JetStreamLog::open(target.connection).value();
  backup.require_same(*target.log);
  CHECK(check_partitions(*target.connection, kTestPartitions));
  CHECK(set_up(*target.connection, kTestPartitions, 1));
  // What comes next goes on behind what was there, also where everything was forgotten.
  CHECK(settled(append(*target.log, {{StreamKind::commands, 1}, "orders.create.1", "next"})).value() == 21);
  CHECK(settled(append(*target.log, {kOrders, "orders.pending.0", "next", 301})).value() == 302);
}

TEST_CASE("a restoration outlives a server that is killed and started again under it") {
  BackedUp backup(6'000);
  Target target;
  REQUIRE(begin_restoration(*target.connection, restoration_of(backup.manifest)));
  std::atomic<bool> restored = false, ended = false;
  std::jthread restoring([&] {
    restored = restore_streams(backup.into(*target.log)).has_value();
    ended = true;
  });
  for (const std::uint64_t reached : {1'000U, 3'000U}) {
    const auto is_far_enough = [&] {
      const auto bounds = target.log->bounds(kOrders);
      return bounds && bounds->last_sequence >= reached;
    };
    while (!ended && !is_far_enough()) std::this_thread::sleep_for(1ms);
    target.server.kill();
    target.server.start();
  }
  restoring.join();
  CHECK(restored);
  backup.require_same(*target.log);
}

TEST_CASE("what owners said of parking is repeated again when a log is restored") {
  BackedUp backup;
  Target target;
  REQUIRE(begin_restoration(*target.connection, restoration_of(backup.manifest)));
  Delivered repeated;
  const auto reader = target.log->read({StreamKind::parked, 0}, 1, repeated.deliver());
  REQUIRE(restore_streams(backup.into(*target.log)));
  CHECK(repeated.wait_for(1).front().payload == backup.source.get(kOrders, 301).value().payload);
}

TEST_CASE("no role starts upon half a log, and the same restoration goes on") {
  BackedUp backup;
  Target target;
  const auto restoration = restoration_of(backup.manifest);
  REQUIRE(begin_restoration(*target.connection, restoration));
  for (const auto& refused : {set_up(*target.connection, kTestPartitions, 1), check_partitions(*target.connection, kTestPartitions)}) {
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::conflict);
    CHECK_THAT(refused.error().text, Catch::Contains("ordo restore"));
  }
  auto other = restoration;
  other.copy = "another";
  CHECK_THAT(begin_restoration(*target.connection, other).error().text, Catch::Contains("another copy"));
  REQUIRE(begin_restoration(*target.connection, restoration));
  REQUIRE(restore_streams(backup.into(*target.log)));
  REQUIRE(begin_restoration(*target.connection, restoration));
  backup.require_same(*target.log);
  REQUIRE(end_restoration(*target.connection, restoration));
  REQUIRE(end_restoration(*target.connection, restoration));
  CHECK(check_partitions(*target.connection, kTestPartitions));
}

TEST_CASE("a system that was set up and never used is empty enough") {
  BackedUp backup;
  JetStreamOnServer target;
  // The stream with the hole may not be purged, and is there already: it is told, and nothing is overwritten.
  auto restoration = restoration_of(backup.manifest);
  CHECK_THAT(begin_restoration(*target.connection, restoration).error().text, Catch::Contains("USERS-1 cannot be made to begin at 4"));
  JetStreamOnServer another;
  restoration.first_sequences[kUsers] = 1;
  REQUIRE(begin_restoration(*another.connection, restoration));
  CHECK(another.log->bounds({StreamKind::commands, 1}).value().first_sequence == 21);
}

TEST_CASE("a system that holds something is left as it is") {
  BackedUp backup;
  JetStreamOnServer target;
  fill(*target.log, {StreamKind::orders, 1}, 1);
  const auto refused = begin_restoration(*target.connection, restoration_of(backup.manifest));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  CHECK_THAT(refused.error().text, Catch::Contains("ORDERS-1 has got to message 1"));
  CHECK(check_partitions(*target.connection, kTestPartitions));
}

TEST_CASE("a system with another number of partitions is left as it is") {
  BackedUp backup;
  JetStreamOnServer target;
  auto restoration = restoration_of(backup.manifest);
  restoration.partitions = 4;
  CHECK_THAT(begin_restoration(*target.connection, restoration).error().text, Catch::Contains("set up with 2 partitions, the copy has 4"));
}

}  // namespace
}  // namespace ordo::log::jetstream
