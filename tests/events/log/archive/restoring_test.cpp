#include "events/log/archive/restoring.hpp"

#include <catch2/catch.hpp>

#include "tests/events/log/archive/archive_fixture.hpp"

namespace ordo::log::archive {
namespace {

const std::vector<StreamName> kStreams{kOrders, kBilling, kCommands};
const StreamName kAudit{StreamKind::audit, 0};

struct BackedUp {
  BackedUp() {
    fill(source, kOrders, 200);
    fill(source, kCommands, 90);
    manifest = {.made = {1}, .made_by = "test", .partitions = 1, .streams = {}, .files = {}};
    auto backup = NewBackup::begin(folder / "backup").value();
    Cut cut;
    REQUIRE(note_ends(source, kStreams, cut));
    REQUIRE(write_streams(source, cut, backup, manifest, {}, {}));
    REQUIRE(backup.publish(manifest));
  }

  [[nodiscard]] RestoreSettings into(EventLog& log) const { return {log, folder / "backup", manifest, {}}; }

  void require_same(EventLog& log) {
    for (const auto stream : kStreams) {
      const auto bounds = source.bounds(stream).value();
      REQUIRE(log.bounds(stream).value().last_sequence == bounds.last_sequence);
      for (auto sequence = bounds.first_sequence; sequence <= bounds.last_sequence; ++sequence) {
        CHECK(log.get(stream, sequence).value().payload == source.get(stream, sequence).value().payload);
      }
    }
  }

  TemporaryFolder folder;
  InMemoryLog source;
  Manifest manifest;
};

TEST_CASE("every message is restored at its sequence") {
  BackedUp backup;
  InMemoryLog log;
  REQUIRE(restore_streams(backup.into(log)));
  REQUIRE(compare_streams(backup.into(log)));
  backup.require_same(log);
}

TEST_CASE("a restoration that broke off goes on where it stopped") {
  BackedUp backup;
  InMemoryLog log;
  log.inject(kOrders, Fault::refuse);
  const auto broken = restore_streams(backup.into(log));
  REQUIRE_FALSE(broken);
  CHECK(broken.error().kind == FailureKind::unavailable);
  REQUIRE(restore_streams(backup.into(log)));
  REQUIRE(compare_streams(backup.into(log)));
  backup.require_same(log);
}

TEST_CASE("an append of which nothing was heard is not made twice") {
  BackedUp backup;
  InMemoryLog log;
  for (const auto fault : {Fault::lose_ack, Fault::lose_message, Fault::acknowledge_with_zero}) {
    log.inject(kCommands, fault);
    CHECK_FALSE(restore_streams(backup.into(log)));
  }
  REQUIRE(restore_streams(backup.into(log)));
  backup.require_same(log);
}

TEST_CASE("what stands there already and is something else is found, and named") {
  BackedUp backup;
  InMemoryLog log;
  SECTION("longer than the backup") {
    fill(log, kBilling, 1);
    CHECK_THAT(restore_streams(backup.into(log)).error().text, Catch::Contains("BILLING-0 is not what the backup holds"));
  }
  SECTION("other messages") {
    fill(log, kCommands, 3);
    REQUIRE(restore_streams(backup.into(log)));
    const auto compared = compare_streams(backup.into(log));
    REQUIRE_FALSE(compared);
    CHECK(compared.error().kind == FailureKind::conflict);
    CHECK_THAT(compared.error().text, Catch::Contains("COMMANDS-0") && Catch::Contains("its messages are others"));
  }
}

TEST_CASE("what operators did is restored first, and what they do since is recorded behind it") {
  InMemoryLog source, log;
  fill(source, kAudit, 4);
  fill(source, kOrders, 2);
  const TemporaryFolder folder;
  Manifest manifest{.made = {1}, .made_by = "test", .partitions = 1, .streams = {}, .files = {}};
  auto backup = NewBackup::begin(folder / "backup").value();
  REQUIRE(write_streams(source, {{kAudit, 4}, {kOrders, 2}}, backup, manifest, {}, {}));
  REQUIRE(backup.publish(manifest));
  const RestoreSettings settings{log, folder / "backup", manifest, {}};
  REQUIRE(restore_records(settings));
  CHECK(log.bounds(kAudit).value().last_sequence == 4);
  CHECK(log.bounds(kOrders).value().last_sequence == 0);
  fill(log, kAudit, 1);
  REQUIRE(restore_records(settings));
  REQUIRE(restore_streams(settings));
  REQUIRE(compare_streams(settings));
  CHECK(log.bounds(kAudit).value().last_sequence == 5);
}

TEST_CASE("a restoration that is told to stop does so, and says it") {
  BackedUp backup;
  InMemoryLog log;
  std::stop_source stop;
  stop.request_stop();
  auto settings = backup.into(log);
  settings.stop = stop.get_token();
  CHECK_THAT(restore_streams(settings).error().text, Catch::Contains("told to stop"));
}

}  // namespace
}  // namespace ordo::log::archive
