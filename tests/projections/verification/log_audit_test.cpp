#include "tests/events/log/damaged_log.hpp"
#include "tests/projections/verification/findings.hpp"

using namespace ordo;
using namespace ordo::tests;
using log::StreamKind;

TEST_CASE("a history that keeps every promise is sound") {
  const auto check = AuditedStory().audit();
  INFO((check.finding ? check.finding->where + ": " + check.finding->rule + ", found " + check.finding->found : ""));
  CHECK_FALSE(check.finding);
  CHECK(check.count == 15);
}

TEST_CASE("a history is sound when the inbox has forgotten its commands") {
  log::InMemoryLog log;
  AuditedStory().tell(log);
  log.expire_before({StreamKind::commands, 0}, 3);
  CHECK_FALSE(audit(log).finding);
}

TEST_CASE("a log that nobody has written to is sound") {
  log::InMemoryLog log;
  const auto check = audit(log);
  CHECK_FALSE(check.finding);
  CHECK(check.count == 0);
}

TEST_CASE("the sums of all money are told by currency") {
  log::InMemoryLog log;
  AuditedStory().tell(log);
  projections::Progress progress({});
  const auto checks = projections::audit_log({.log = log, .partitions = 1}, progress).value();
  REQUIRE(checks.size() == 2);
  CHECK(checks[1].name == "money in EUR");
  CHECK(checks[1].detail == "topped up 1000 = balances 700 + paid 300 - refunded 0");
}

TEST_CASE("a message that the log counts and cannot give is found") {
  log::InMemoryLog whole;
  AuditedStory().tell(whole);
  DamagedLog damaged(whole, {StreamKind::billing, 0}, 3);
  projections::Progress progress({});
  const auto checks = projections::audit_log({.log = damaged, .partitions = 1, .silence_max = std::chrono::milliseconds(5)}, progress).value();
  require_finding(checks.front(), "BILLING-0@3", "every message of the log is there");
}

TEST_CASE("a message that is gone from the beginning of the truth is found") {
  log::InMemoryLog log;
  AuditedStory().tell(log);
  log.expire_before({StreamKind::orders, 0}, 2);
  const auto check = audit(log);
  require_finding(check, "ORDERS-0@2", "messages follow one another without gaps");
}

TEST_CASE("a message with a changed byte is found") {
  log::InMemoryLog whole, damaged;
  AuditedStory().tell(whole);
  for (const auto kind : log::kStreamKinds) {
    const log::StreamName stream{kind, 0};
    const auto last = whole.bounds(stream)->last_sequence;
    for (std::uint64_t sequence = 1; sequence <= last; ++sequence) {
      auto message = whole.get(stream, sequence).value();
      if (kind == StreamKind::billing && sequence == 3) message.payload[message.payload.size() / 2] ^= 1;
      damaged.append({stream, message.subject, message.payload, sequence - 1}, [](const Result<std::uint64_t>&) {});
    }
  }
  REQUIRE(damaged.bounds({StreamKind::notifications, 0})->last_sequence == 3);
  require_finding(audit(damaged), "BILLING-0@3", "every message is as it was written");
}

TEST_CASE("an event that nobody can read is found") {
  require_broken("ORDERS-0@2.0", "every event can be read",
                 [](auto& story) { story.event(StreamKind::orders, 2).payload.type = "OrderPainted.v1"; });
}

TEST_CASE("a run without events is found") {
  require_broken("ORDERS-0@4", "a run holds at least one event", [](auto& story) { story.run(StreamKind::orders, 4).events.clear(); });
}

TEST_CASE("a checkpoint that goes back is found") {
  require_broken("BILLING-0@4", "the checkpoint for USERS never goes back",
                 [](auto& story) { story.run(StreamKind::billing, 4).checkpoints[StreamKind::users] = {0, 0}; });
}

TEST_CASE("a checkpoint that is lost is found") {
  require_broken("BILLING-0@4", "the checkpoint for COMMANDS never goes back",
                 [](auto& story) { story.run(StreamKind::billing, 4).checkpoints.erase(StreamKind::commands); });
}

TEST_CASE("a checkpoint that does not reach to what was decided is found") {
  require_broken("BILLING-0@4", "a run's checkpoint for ORDERS covers the causes of its events",
                 [](auto& story) { story.run(StreamKind::billing, 4).checkpoints[StreamKind::orders] = {2, 0}; });
}

TEST_CASE("a letter that an owner recorded at its end, ahead of one that never began, contradicts nothing") {
  AuditedStory story;
  story.run(StreamKind::notifications, 3).checkpoints[StreamKind::orders] = {3, 0};
  CHECK_FALSE(story.audit().finding);
}

TEST_CASE("what was decided by messages that the log has lost is found") {
  require_broken("NOTIFICATIONS-0@3", "what it is decided by stands in ORDERS-0",
                 [](auto& story) { story.run(StreamKind::notifications, 3).checkpoints[StreamKind::orders] = {5, 0}; });
}

TEST_CASE("events that are each other's causes are found") {
  require_broken("BILLING-0@3", "causes come before their effects", [](auto& story) {
    story.run(StreamKind::orders, 1).checkpoints[StreamKind::billing] = {3, 0};
    story.run(StreamKind::orders, 2).checkpoints[StreamKind::billing] = {3, 0};
  });
}

TEST_CASE("an event that names no cause is found") {
  require_broken("BILLING-0@3.0", "what Ordo decides names its cause", [](auto& story) { story.event(StreamKind::billing, 3).cause.reset(); });
}

TEST_CASE("a cause with another id than the event that stands there is found") {
  require_broken("BILLING-0@3.0", "a cause stands where its effect says",
                 [](auto& story) { story.event(StreamKind::billing, 3).cause->event_id = id_of<EventId>(77); });
}

TEST_CASE("a cause where no event stands is found") {
  require_broken("ORDERS-0@2.0", "a cause stands where its effect says", [](auto& story) {
    story.event(StreamKind::orders, 2).cause->position = {3, 1};
    story.run(StreamKind::orders, 2).checkpoints[StreamKind::billing] = {3, 1};
    story.run(StreamKind::orders, 3).checkpoints[StreamKind::billing] = {3, 1};
  });
}

TEST_CASE("a cause that was decided long ago is looked up in the log") {
  AuditedStory story;
  auto late = story.event(StreamKind::billing, 4);
  story.put(StreamKind::billing, late.payload, story.cause(StreamKind::orders, 1));
  require_finding(story.audit(), "BILLING-0@5.0", "cause and effect speak of the same");
}

TEST_CASE("a cause of a type that leads to nothing of the kind is found") {
  require_broken("NOTIFICATIONS-0@3.0", "a cause is of a type that leads to its effect",
                 [](auto& story) { story.event(StreamKind::notifications, 3).cause = story.cause(StreamKind::orders, 3); });
}

TEST_CASE("a cause that speaks of another order is found") {
  require_broken("NOTIFICATIONS-0@3.0", "cause and effect speak of the same",
                 [](auto& story) { story.event(StreamKind::notifications, 3).cause = story.cause(StreamKind::orders, 2); });
}

TEST_CASE("a user in another partition than his own is found") {
  AuditedStory story;
  story.partitions = log::partition_of(story.user, 2) == 0 ? 3 : 2;
  while (log::partition_of(story.user, story.partitions) == 0) ++story.partitions;
  log::InMemoryLog log;
  story.tell(log);
  require_finding(audit(log, story.partitions), "USERS-0@1.0", "all of a user lies in one partition");
}
