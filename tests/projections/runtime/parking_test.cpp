#include <random>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/release.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/stumbling_model.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::Lane;
using projections::read_model;

namespace {

std::int64_t count(postgres::Connection& connection, const std::string& rows) {
  return must(connection.execute("select count(*) from " + rows))[0].get<std::int64_t>(0);
}

// A story of which some events cannot be read, a log that holds it, and the read model that came of it.
struct Stumbled {
  explicit Stumbled(std::uint64_t seed) : story({.seed = seed, .orders = 80}) {
    story.tell(log);
    *broken = [](const log::Event& event) { return event.id.bytes()[0] < 10 && event.payload.type != "InputParked.v1"; };
  }

  void project(const std::string& schema, const Reading& reading = {}) { tests::project(database, story, schema, reading, 2, model); }

  // Until nothing is left, or nothing moves any more; answers what is left.
  std::uint64_t release_all(const projections::ReleaseOrder& order = {}) {
    std::uint64_t left = 0;
    for (const auto& queue : must(projections::parked_queues(connection, "read"))) {
      left += must(projections::release({.model = model, .log = log, .connection = connection}, queue, order)).left;
    }
    return left;
  }

  TemporaryDatabase database;
  Story story;
  ordo::log::InMemoryLog log;
  std::shared_ptr<IsBroken> broken = std::make_shared<IsBroken>();
  projections::ReadModelDefinition model = model_that_cannot_read(broken);
  postgres::Connection connection = database.connect();
};

log::StoredMessage message_of(std::uint64_t sequence, const std::vector<std::pair<log::Key, billing::Event>>& said) {
  const log::StreamName stream{log::StreamKind::billing, 0};
  log::Run run;
  for (const auto& [key, event] : said) {
    run.events.push_back({EventId::random(), billing::encode(event), {}, {"c", "", {}, key}, {1'790'000'000'000}, {}});
  }
  return {stream, sequence, log::subjects_of(stream).front(), log::encode_run(run)};
}

const Currency kEuro = *Currency::parse("EUR");

billing::Event opened(UserId user) { return billing::AccountOpened{user, kEuro}; }
// With a balance below zero it is no event.
billing::Event topped_up(UserId user, std::int64_t balance_after, OperationId operation = OperationId::random()) {
  return billing::AccountToppedUp{operation, user, {5, kEuro}, balance_after, {}};
}

}  // namespace

TEST_CASE("an event that cannot be read is parked with all behind it under its key in its stream, and everything else goes on") {
  Stumbled stumbled(91);
  stumbled.project("read");
  auto& connection = stumbled.connection;
  CHECK(count(connection, "read.parked_events where attempts = 1 and reason = 'this version cannot read it'") > 0);
  CHECK(count(connection, "read.parked_events where attempts = 0 and reason is null") > 0);
  // The first of each key and stream is one that failed.
  CHECK(count(connection, "(select distinct on (lane, stream, user_id, order_id) attempts from read.parked_events "
                          "order by lane, stream, user_id, order_id, sequence, index) as first where attempts = 0") == 0);
  CHECK(count(connection, "read.orders") > 40);
  CHECK(count(connection, "read.order_timeline join read.parked_events using (stream, sequence, index) where stream not like 'COMMANDS-%'") == 0);
}

TEST_CASE("batches of every size and streams in every order park the same events") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  Stumbled stumbled(seed);
  stumbled.project("read", {.seed = seed, .batch_max = 1});
  stumbled.project("other", {.seed = seed + 1, .batch_max = 60});
  CHECK(checksums_of(stumbled.database, "other") == checksums_of(stumbled.database, "read"));
  const auto places = [&](const std::string& schema) {
    return must(stumbled.connection.execute("select string_agg(concat_ws(' ', lane, stream, sequence, index, user_id, order_id, attempts), ',' "
                                            "order by lane, stream, sequence, index) from " + schema + ".parked_events"))[0].get<std::string>(0);
  };
  CHECK(places("other") == places("read"));
}

TEST_CASE("what was parked is made into the very rows once it can be read") {
  Stumbled stumbled(92);
  stumbled.project("read");
  tests::project(stumbled.database, stumbled.story, "whole");
  REQUIRE(checksums_of(stumbled.database, "read") != checksums_of(stumbled.database, "whole"));
  CHECK(stumbled.release_all() > 0);  // nothing is repaired yet
  CHECK(count(stumbled.connection, "read.parked_events where attempts = 2") > 0);
  *stumbled.broken = [](const log::Event&) { return false; };
  CHECK(stumbled.release_all() == 0);
  CHECK(checksums_of(stumbled.database, "read") == checksums_of(stumbled.database, "whole"));
  CHECK(count(stumbled.connection, "read.parked_events") == 0);
}

TEST_CASE("what is thrown away is recorded with who and why, and what was behind it is shown") {
  Stumbled stumbled(93);
  stumbled.project("read");
  const auto queues = must(projections::parked_queues(stumbled.connection, "read"));
  REQUIRE(!queues.empty());
  const auto& queue = queues.front();
  REQUIRE(queue.fault);
  *stumbled.broken = [](const log::Event&) { return false; };
  const auto released = must(projections::release({.model = stumbled.model, .log = stumbled.log, .connection = stumbled.connection}, queue,
                                                  {parking::Discard::first, "ada", "test traffic"}));
  CHECK(released.discarded == 1);
  CHECK(released.applied == queue.events - 1);
  CHECK(released.left == 0);
  CHECK(count(stumbled.connection, "read.discarded_events where discarded_by = 'ada' and discarded_for = 'test traffic' and reason is not null") == 1);
}

TEST_CASE("an event whose message the log has forgotten stays parked, and says so") {
  Stumbled stumbled(94);
  *stumbled.broken = [](const log::Event& event) { return event.payload.type == "OrderCreateRequested.v1"; };
  stumbled.project("read");
  *stumbled.broken = [](const log::Event&) { return false; };
  for (log::Partition partition = 0; partition < 2; ++partition) stumbled.log.expire_before({log::StreamKind::commands, partition}, 1'000'000);
  CHECK(stumbled.release_all() > 0);
  CHECK(stumbled.release_all({parking::Discard::all, "ada", "gone"}) == 0);
}

TEST_CASE("events of one user's whole key and of an order's are two queues, and an order waits behind its user") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::create_if_missing(connection, read_model(), "read"));
  Lane lane(read_model().lanes[1], "read", 1);
  must(lane.open(connection, read_model()));
  const auto user = UserId::random();
  const OrderId order = OrderId::random();
  const log::Key whole{user, std::nullopt}, single{user, order};
  const billing::PaymentProcessed payment{order, user, billing::payment_operation_of(order), {5, kEuro}, 0};
  must(lane.apply(connection, std::vector{message_of(1, {{whole, opened(user)}, {whole, topped_up(user, -1)}, {single, payment}})}));
  const auto queues = must(projections::parked_queues(connection, "read", user.bytes()));
  REQUIRE(queues.size() == 1);
  CHECK(queues[0].key == whole);
  CHECK(queues[0].events == 2);
}

TEST_CASE("of a batch that the tables refuse only the guilty event is parked") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::create_if_missing(connection, read_model(), "read"));
  Lane lane(read_model().lanes[1], "read", 1);
  must(lane.open(connection, read_model()));
  const auto taken = OperationId::random();  // by the first of three
  std::vector<std::pair<log::Key, billing::Event>> said;
  for (int number = 0; number < 50; ++number) {
    const auto user = UserId::random();
    said.push_back({{user, std::nullopt}, opened(user)});
    const bool takes = number == 5 || number == 20 || number == 33;
    said.push_back({{user, std::nullopt}, topped_up(user, 5, takes ? taken : OperationId::random())});
  }
  CHECK(must(lane.apply(connection, std::vector{message_of(1, said)})) == 100);
  CHECK(count(connection, "read.balances") == 50);
  CHECK(count(connection, "read.operations") == 48);
  CHECK(count(connection, "read.parked_events where attempts = 2") == 2);
  CHECK(count(connection, "read.checkpoints where lane = 'balances' and sequence = 1") == 1);
}

TEST_CASE("the first attempt of a letter that the log says twice is parked the second time, in one batch or in two") {
  const std::size_t batches = GENERATE(1, 2);
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::create_if_missing(connection, read_model(), "read"));
  Lane lane(read_model().lanes[2], "read", 1);
  must(lane.open(connection, read_model()));
  const auto order = OrderId::random();
  const auto user = UserId::random();
  std::vector<log::StoredMessage> messages;
  for (const auto next : {5'000, 6'000}) {
    const notifications::NotificationFailed failed{notifications::notification_of(order, notifications::Kind::happiness), order, user,
                                                   notifications::Channel::email, notifications::Kind::happiness, 1, "away", Timestamp{next}, {1, 0}};
    const log::StreamName stream{log::StreamKind::notifications, 0};
    log::Run run;
    run.events.push_back({EventId::random(), notifications::encode(failed), {}, {"c", "", {}, log::Key{user, order}}, {1'000}, {}});
    messages.push_back({stream, messages.size() + 1, log::subjects_of(stream).front(), log::encode_run(run)});
  }
  const std::span all(messages);
  if (batches == 1) must(lane.apply(connection, all));
  if (batches == 2) {
    must(lane.apply(connection, all.first(1)));
    must(lane.apply(connection, all.last(1)));
  }
  CHECK(count(connection, "read.notifications where attempts = 1 and next_attempt_at = 'epoch'::timestamptz + interval '5 s'") == 1);
  CHECK(count(connection, "read.parked_events where lane = 'notifications' and sequence = 2") == 1);
}

TEST_CASE("a lane that still runs goes on with a key that was released, and parks what another lane object had parked before") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::create_if_missing(connection, read_model(), "read"));
  Lane lane(read_model().lanes[1], "read", 1);
  must(lane.open(connection, read_model()));
  const auto user = UserId::random();
  const log::Key key{user, std::nullopt};
  must(lane.apply(connection, std::vector{message_of(1, {{key, opened(user)}, {key, topped_up(user, -1)}})}));
  Lane next(read_model().lanes[1], "read", 1);
  must(next.open(connection, read_model()));
  must(next.apply(connection, std::vector{message_of(2, {{key, topped_up(user, 5)}})}));
  CHECK(count(connection, "read.parked_events") == 2);

  ordo::log::InMemoryLog log;
  const auto queue = must(projections::parked_queues(connection, "read")).front();
  CHECK(must(projections::release({.model = read_model(), .log = log, .connection = connection}, queue, {parking::Discard::all, "ada", "x"})).left == 0);
  must(next.apply(connection, std::vector{message_of(3, {{key, topped_up(user, 5)}})}));
  CHECK(count(connection, "read.parked_events") == 0);
  CHECK(count(connection, "read.operations") == 1);
}

TEST_CASE("a payment that comes late leaves the balance that later events told") {
  Stumbled stumbled(95);
  *stumbled.broken = [](const log::Event& event) { return event.payload.type == "PaymentProcessed.v1"; };
  stumbled.project("read");
  *stumbled.broken = [](const log::Event&) { return false; };
  CHECK(stumbled.release_all() == 0);
  for (const auto& [user, balance] : stumbled.story.balances()) {
    CHECK(must(stumbled.connection.execute("select balance from read.balances where user_id = $1::uuid", user))[0].get<std::int64_t>(0) == balance);
  }
}

TEST_CASE("too many keys are no single event's fault: the lane refuses and writes nothing") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::create_if_missing(connection, read_model(), "read"));
  const auto everything = std::make_shared<IsBroken>([](const log::Event&) { return true; });
  const auto model = model_that_cannot_read(everything);
  Lane lane(model.lanes[1], "read", 1);
  must(lane.open(connection, model));
  std::vector<std::pair<log::Key, billing::Event>> said;
  for (std::size_t number = 0; number <= projections::kParkedKeysMax; ++number) {
    const auto user = UserId::random();
    said.push_back({{user, std::nullopt}, opened(user)});
  }
  const auto refused = lane.apply(connection, std::vector{message_of(1, said)});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::corrupt);
  CHECK(count(connection, "read.parked_events") == 0);
}
