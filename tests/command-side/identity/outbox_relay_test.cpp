#include "command-side/identity/outbox_relay.hpp"

#include <condition_variable>
#include <mutex>

#include <catch2/catch.hpp>

#include "events/identity/events.hpp"
#include "events/log/in_memory_log.hpp"
#include "tests/command-side/identity/identity_fixture.hpp"

using namespace ordo;
using namespace ordo::identity;
using namespace ordo::tests;
using log::StreamKind;

namespace {

constexpr log::Partition kPartitions = 4;

std::vector<log::Event> events_of(log::EventLog& log, log::Partition partition) {
  std::vector<log::Event> events;
  const auto last = must(log.bounds({StreamKind::users, partition})).last_sequence;
  for (std::uint64_t sequence = 1; sequence <= last; ++sequence) {
    const auto message = must(log.get({StreamKind::users, partition}, sequence));
    CHECK(message.subject == "users.registered." + std::to_string(partition));
    auto run = must(log::decode_run(message.payload));
    events.insert(events.end(), run.events.begin(), run.events.end());
  }
  return events;
}

std::vector<log::Event> all_events(log::EventLog& log) {
  std::vector<log::Event> events;
  for (log::Partition partition = 0; partition < kPartitions; ++partition) {
    const auto some = events_of(log, partition);
    events.insert(events.end(), some.begin(), some.end());
  }
  return events;
}

std::vector<UserId> register_many(IdentityFixture& fixture, int count) {
  std::vector<UserId> users;
  for (int index = 0; index < count; ++index) {
    auto user = ann();
    user.username += std::to_string(index);
    users.push_back(fixture.registration.register_user(user).value().user_id);
  }
  return users;
}

// A log whose appends may be held back by a test: the moment between "stored" and "acknowledged" can be used.
class WatchedLog final : public log::EventLog {
 public:
  explicit WatchedLog(std::function<void()> after_store) : after_store_(std::move(after_store)) {}
  void append(log::AppendRequest request, log::AppendSettled settled) override {
    stored_.append(std::move(request), [this, settled = std::move(settled)](Result<std::uint64_t> outcome) {
      after_store_();
      settled(std::move(outcome));
    });
  }
  std::unique_ptr<log::Reader> read(log::StreamName stream, std::uint64_t from, log::Deliver deliver) override {
    return stored_.read(stream, from, std::move(deliver));
  }
  std::unique_ptr<log::Reader> listen(log::Deliver deliver) override { return stored_.listen(std::move(deliver)); }
  Result<log::StreamBounds> bounds(log::StreamName stream) override { return stored_.bounds(stream); }
  Result<log::StoredMessage> get(log::StreamName stream, std::uint64_t sequence) override { return stored_.get(stream, sequence); }

 private:
  std::function<void()> after_store_;
  log::InMemoryLog stored_;
};

}  // namespace

TEST_CASE("the outbox goes to the log, each event in its user's partition, and is empty then") {
  IdentityFixture fixture;
  log::InMemoryLog log;
  OutboxRelay relay(fixture.pool, log, kPartitions);
  const auto users = register_many(fixture, 12);
  CHECK(must(relay.relay_batch()) == 12);
  CHECK(must(relay.relay_batch()) == 0);
  CHECK(fixture.count("outbox") == 0);
  for (const auto user : users) {
    const auto events = events_of(log, log::partition_of(user, kPartitions));
    const auto found = std::ranges::find_if(events, [&](const auto& event) { return must(decode(event.payload)).user_id == user; });
    REQUIRE(found != events.end());
    CHECK(found->trace == log::Trace{"registration-1", "00-1-2-01", user, log::Key{user, std::nullopt}});
    CHECK(found->time == fixture.clock.time);
    CHECK_FALSE(found->cause);
  }
}

TEST_CASE("users of one partition come in the order in which they registered") {
  IdentityFixture fixture;
  log::InMemoryLog log;
  OutboxRelay relay(fixture.pool, log, 1);
  const auto users = register_many(fixture, 8);
  must(relay.relay_batch());
  const auto events = events_of(log, 0);
  REQUIRE(events.size() == users.size());
  for (std::size_t index = 0; index < users.size(); ++index) CHECK(must(decode(events[index].payload)).user_id == users[index]);
}

TEST_CASE("a crash between append and delete repeats the event with the same id") {
  IdentityFixture fixture;
  register_many(fixture, 1);
  bool crash = true;
  WatchedLog log([&] {
    if (std::exchange(crash, false)) fixture.database.kill_connections();
  });
  OutboxRelay relay(fixture.pool, log, kPartitions);
  CHECK(relay.relay_batch().error().kind == FailureKind::unavailable);
  CHECK(fixture.count("outbox") == 1);
  CHECK(must(relay.relay_batch()) == 1);
  const auto events = all_events(log);
  REQUIRE(events.size() == 2);
  CHECK(events[0] == events[1]);
}

TEST_CASE("what the log does not acknowledge stays in the outbox, the rest goes") {
  IdentityFixture fixture;
  log::InMemoryLog log;
  OutboxRelay relay(fixture.pool, log, kPartitions);
  const auto users = register_many(fixture, 12);
  const auto partition = log::partition_of(users[0], kPartitions);
  const auto there = std::ranges::count_if(users, [&](UserId user) { return log::partition_of(user, kPartitions) == partition; });
  log.inject({StreamKind::users, partition}, log::Fault::lose_ack);
  CHECK(relay.relay_batch().error().kind == FailureKind::timeout);
  CHECK(fixture.count("outbox") == there);
  CHECK(must(relay.relay_batch()) == static_cast<std::size_t>(there));
  CHECK(all_events(log).size() == 12 + static_cast<std::size_t>(there));
}

TEST_CASE("two relays at once carry nothing twice") {
  IdentityFixture fixture;
  log::InMemoryLog second_log;
  OutboxRelay second(fixture.pool, second_log, kPartitions);
  register_many(fixture, 5);
  std::size_t carried_meanwhile = 99;
  std::once_flag once;
  WatchedLog log([&] { std::call_once(once, [&] { carried_meanwhile = must(second.relay_batch()); }); });
  OutboxRelay first(fixture.pool, log, kPartitions);
  CHECK(must(first.relay_batch()) == 5);
  CHECK(carried_meanwhile == 0);
}

TEST_CASE("the relay's thread carries what it is woken for") {
  IdentityFixture fixture;
  log::InMemoryLog log;
  std::mutex mutex;
  std::condition_variable changed;
  int delivered = 0;
  const auto reader = log.listen([&](log::StoredMessage) {
    const std::lock_guard lock(mutex);
    ++delivered;
    changed.notify_all();
  });
  OutboxRelayThread relay{OutboxRelay(fixture.pool, log, 1)};
  Registration registration(fixture.pool, fixture.hashing, fixture.clock, *Currency::parse("EUR"), [&] { relay.wake(); });
  REQUIRE(registration.register_user(ann()));
  std::unique_lock lock(mutex);
  CHECK(changed.wait_for(lock, std::chrono::seconds(30), [&] { return delivered == 1; }));
}

TEST_CASE("who waits for a pass of the relay finds carried what stood in the outbox before") {
  IdentityFixture fixture;
  log::InMemoryLog log;
  OutboxRelayThread relay{OutboxRelay(fixture.pool, log, 1)};
  register_many(fixture, 3);
  relay.await_pass(Hurry::yes, std::chrono::seconds(30));
  CHECK(fixture.count("outbox") == 0);
}
