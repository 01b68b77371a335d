#include "events/log/archive/restoring.hpp"

#include <atomic>
#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/events/log/archive/archive_fixture.hpp"
#include "tests/events/log/forwarding_log.hpp"

namespace ordo::log::archive {
namespace {

using namespace std::chrono_literals;

const std::vector<StreamName> kStreams{kOrders, kBilling, kCommands};
const StreamName kAudit{StreamKind::audit, 0};

struct BackedUp {
  explicit BackedUp(int orders = 200) {
    fill(source, kOrders, orders);
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

// Stores what it is told to, and says that it stands elsewhere.
class MisleadingLog final : public ForwardingLog {
 public:
  using ForwardingLog::ForwardingLog;
  void append(AppendRequest request, AppendSettled settled) override {
    ForwardingLog::append(std::move(request), [settled = std::move(settled)](const Result<std::uint64_t>& outcome) {
      settled(outcome ? Result<std::uint64_t>(*outcome + 1) : outcome);
    });
  }
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
  auto impatient = backup.into(log);
  impatient.patience = 0ms;
  const auto broken = restore_streams(impatient);
  REQUIRE_FALSE(broken);
  CHECK(broken.error().kind == FailureKind::unavailable);
  CHECK_THAT(broken.error().text, Catch::StartsWith("ORDERS-0 takes no message: "));
  REQUIRE(restore_streams(backup.into(log)));
  REQUIRE(compare_streams(backup.into(log)));
  backup.require_same(log);
}

TEST_CASE("after a failed append the tail is read, and nothing is stored twice") {
  BackedUp backup;
  InMemoryLog log;
  for (const auto fault : {Fault::lose_ack, Fault::lose_message, Fault::acknowledge_with_zero, Fault::refuse}) log.inject(kCommands, fault);
  std::atomic<std::uint64_t> counted = 0;
  auto settings = backup.into(log);
  settings.count = [&](std::uint64_t count) { counted += count; };
  REQUIRE(restore_streams(settings));
  CHECK(counted == 290);
  backup.require_same(log);
}

TEST_CASE("a message that is acknowledged at another sequence does not count as stored") {
  BackedUp backup;
  InMemoryLog stored;
  MisleadingLog log(stored);
  auto settings = backup.into(log);
  settings.patience = 0ms;
  const auto misled = restore_streams(settings);
  REQUIRE_FALSE(misled);
  CHECK(misled.error().kind == FailureKind::timeout);
  CHECK_THAT(misled.error().text, Catch::Contains("was answered with sequence"));
}

TEST_CASE("a thousand messages are under way at a time, and no more") {
  BackedUp backup(3'000);
  InMemoryLog log(Delivery::by_hand);
  auto settings = backup.into(log);
  std::atomic<std::uint64_t> sent = 0;
  settings.count = [&](std::uint64_t count) { sent += count; };
  std::atomic<bool> done = false;
  std::jthread restoring([&] { done = restore_streams(settings).has_value(); });
  const auto give_up_at = std::chrono::steady_clock::now() + kWaitMax;
  while (log.bounds(kOrders)->last_sequence < 1'000 && std::chrono::steady_clock::now() < give_up_at) std::this_thread::sleep_for(1ms);
  CHECK(log.bounds(kOrders)->last_sequence == 1'000);
  while (!done && std::chrono::steady_clock::now() < give_up_at) {
    if (!log.deliver_one()) std::this_thread::sleep_for(1ms);
  }
  CHECK(done);
  backup.require_same(log);
}

TEST_CASE("what stands there already and is something else is found, and named") {
  BackedUp backup;
  InMemoryLog log;
  SECTION("longer than the backup") {
    fill(log, kBilling, 1);
    CHECK_THAT(restore_streams(backup.into(log)).error().text, Catch::Contains("BILLING-0 is not what the backup holds"));
  }
  SECTION("another tail") {
    fill(log, kCommands, 3);
    CHECK_THAT(restore_streams(backup.into(log)).error().text, Catch::Contains("COMMANDS-0 is not") && Catch::Contains("message 3 is another"));
  }
  SECTION("other messages") {
    fill(log, kCommands, 2);
    const auto third = backup.source.get(kCommands, 3).value();
    REQUIRE(settled(append(log, {kCommands, third.subject, third.payload})));
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
