#include <random>

#include <catch2/catch.hpp>

#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::Lane;
using projections::read_model;

namespace {

projections::LaneDefinition lane_called(const std::string& name) {
  for (const auto& lane : read_model().lanes) {
    if (lane.name == name) return lane;
  }
  throw std::runtime_error("there is no lane " + name);
}

std::int64_t count(postgres::Connection& connection, const std::string& rows) {
  return must(connection.execute("select count(*) from " + rows))[0].get<std::int64_t>(0);
}

log::StoredMessage billing_message(std::uint64_t sequence, const log::Payload& payload) {
  const log::StreamName stream{log::StreamKind::billing, 0};
  log::Run run;
  run.events.push_back({EventId::random(), payload, {}, {"c", "", {}}, {1'790'000'000'000}, {}});
  return {stream, sequence, log::subjects_of(stream).front(), log::encode_run(run)};
}

log::StoredMessage account_opened(std::uint64_t sequence) {
  return billing_message(sequence, billing::encode(billing::Event(billing::AccountOpened{UserId::random(), *Currency::parse("EUR")})));
}

}  // namespace

TEST_CASE("batches of every size and streams in every order make the same rows") {
  const TemporaryDatabase database;
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  const Story story({.seed = seed});
  project(database, story, "one_by_one", {.seed = 1, .batch_max = 1});
  const auto expected = checksums_of(database, "one_by_one");
  CHECK(expected.size() == 8);
  int number = 0;
  for (const std::size_t batch_max : {2, 7, 40, 10'000}) {
    const auto schema = "batches_" + std::to_string(++number);
    project(database, story, schema, {.seed = seed + batch_max, .batch_max = batch_max});
    INFO("batches of up to " << batch_max);
    CHECK(checksums_of(database, schema) == expected);
  }
}

TEST_CASE("the rows are the same when COMMANDS has forgotten everything") {
  const TemporaryDatabase database;
  const Story story({.seed = 11});
  project(database, story, "with_commands");
  project(database, story, "without_commands", {.without = log::StreamKind::commands});
  CHECK(checksums_of(database, "without_commands") == checksums_of(database, "with_commands"));
}

TEST_CASE("the books balance: every operation adds up to 0, every wallet is the sum of its entries") {
  const TemporaryDatabase database;
  const Story story({.seed = 12, .orders = 100});
  project(database, story, "read");
  auto connection = database.connect();
  CHECK(count(connection, "read.entries") == 2 * count(connection, "read.operations"));
  CHECK(count(connection, "(select from read.entries group by operation_id having sum(amount) <> 0) as unbalanced") == 0);
  for (const auto& [user, balance] : story.balances()) {
    const auto rows = must(connection.execute(
        "select balance, (select sum(amount)::bigint from read.entries where account = 'wallet:' || user_id) from read.balances "
        "where user_id = $1::uuid", user));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].get<std::int64_t>(0) == balance);
    CHECK(rows[0].get<std::int64_t>(1) == balance);
  }
}

TEST_CASE("entries tell each operation from both its sides: what was topped up is from cash, what was paid goes to sales and may come back") {
  const TemporaryDatabase database;
  project(database, Story({.seed = 16, .orders = 60}), "read");
  auto connection = database.connect();
  for (const auto& [kind, from, to] : {std::tuple{"topup", "cash", "wallet"}, {"payment", "wallet", "sales"}, {"refund", "sales", "wallet"}}) {
    INFO(kind);
    const auto rows = must(connection.execute(
        "select count(*), count(*) filter (where given.amount = -o.amount and taken.amount = o.amount) from read.operations o "
        "join read.entries given on given.operation_id = o.operation_id and given.account = replace($2::text, 'wallet', 'wallet:' || o.user_id) "
        "join read.entries taken on taken.operation_id = o.operation_id and taken.account = replace($3::text, 'wallet', 'wallet:' || o.user_id) "
        "where o.kind = $1::text", std::string_view(kind), std::string_view(from), std::string_view(to)));
    CHECK(rows[0].get<std::int64_t>(0) > 0);
    CHECK(rows[0].get<std::int64_t>(0) == rows[0].get<std::int64_t>(1));
    CHECK(rows[0].get<std::int64_t>(0) == count(connection, std::string("read.operations where kind = '") + kind + "'"));
  }
}

TEST_CASE("every event of an order is in its timeline once, the command too") {
  const TemporaryDatabase database;
  const Story story({.seed = 13, .orders = 40});
  project(database, story, "read", {.without = log::StreamKind::commands});
  auto connection = database.connect();
  CHECK(count(connection, "read.order_timeline where type = 'OrderCreateRequested.v1'") == 40);
  CHECK(count(connection, "read.order_timeline where type = 'OrderPending.v1'") == 40);
  CHECK(count(connection, "read.order_timeline where type = 'PaymentProcessed.v1'") == 40);
  const auto cancelled = count(connection, "read.orders where cancel_reason = 'REQUESTED'");
  const auto refunded = count(connection, "read.orders where status = 'REFUNDED'");
  const auto hasty = count(connection, "read.orders where cancel_reason = 'REQUESTED' and version = case status when 'REFUNDED' then 4 else 3 end");
  CHECK(refunded > 0);
  CHECK(count(connection, "read.order_timeline where type = 'OrderCancelRequested.v1'") == cancelled);
  CHECK(count(connection, "read.order_timeline where type = 'PaymentRefunded.v1'") == refunded);
  CHECK(count(connection, "read.order_timeline where type = 'OrderUpdateMessage.v1'") == 40 - hasty + cancelled + refunded);
  CHECK(count(connection,
              "read.order_timeline effect where cause_stream is not null and type not in ('InputParked.v1', 'ParkedReleased.v1') and not exists (select from read.order_timeline cause "
              "where (cause.stream, cause.sequence, cause.index) = (effect.cause_stream, effect.cause_sequence, effect.cause_index))") == 0);
}

TEST_CASE("what is parked when the story ends is in the table, and what was parked on the way is not") {
  const TemporaryDatabase database;
  const Story story({.seed = 15, .orders = 80});
  project(database, story, "read");
  auto connection = database.connect();
  CHECK(count(connection, "read.order_timeline where type = 'InputParked.v1' and stream like 'BILLING-%'") > 0);
  CHECK(count(connection, "read.parked_keys where context in ('billing', 'notifications')") == 1);
  const auto rows = must(connection.execute("select order_id = '00000000-0000-0000-0000-000000000000', inputs from read.parked_keys "
                                            "where user_id = $1::uuid and context = 'billing'", story.users().front()));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].get<bool>(0));
  CHECK(rows[0].get<std::int64_t>(1) == 2);
  CHECK(count(connection, "read.parked_keys where context = 'orders' and inputs = 2 and reason is not null") > 0);
  CHECK(count(connection, "read.parked_keys where inputs <> 2") == 0);
}

TEST_CASE("an order that was cancelled or refunded still shows what it was made of") {
  const TemporaryDatabase database;
  const Story story({.seed = 14, .orders = 60});
  project(database, story, "read");
  auto connection = database.connect();
  REQUIRE(count(connection, "read.orders where status = 'REFUNDED'") > 0);
  for (const auto& purchase : story.purchases()) {
    const auto rows = must(connection.execute("select total, items = $2::text::jsonb from read.orders where order_id = $1::uuid",
                                              purchase.order_id, orders::items_json(purchase.items)));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].get<std::int64_t>(0) == purchase.total.minor);
    CHECK(rows[0].get<bool>(1));
  }
}

TEST_CASE("of two lanes that read the same messages, one writes them and the other is told conflict") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::create_if_missing(connection, read_model(), "read"));
  Lane winner(lane_called("balances"), "read", 1), loser(lane_called("balances"), "read", 1);
  must(winner.open(connection, read_model()));
  must(loser.open(connection, read_model()));
  const std::vector messages{account_opened(1), account_opened(2)};
  CHECK(must(winner.apply(connection, messages)) == 2);
  const auto refused = loser.apply(connection, messages);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  CHECK(count(connection, "read.balances") == 2);

  must(loser.open(connection, read_model()));
  CHECK(loser.reached() == winner.reached());
  CHECK(must(loser.apply(connection, std::vector{account_opened(3)})) == 1);
}

TEST_CASE("a lane writes nothing into tables that another version swapped in, though their checkpoints are the same") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  auto next_model = read_model();
  ++next_model.version;
  must(projections::create_if_missing(connection, read_model(), "read"));
  must(projections::create_if_missing(connection, next_model, "read_next"));
  Lane older(lane_called("balances"), "read", 1), newer(lane_called("balances"), "read_next", 1);
  must(older.open(connection, read_model()));
  must(newer.open(connection, next_model));
  for (auto* lane : {&older, &newer}) must(lane->apply(connection, std::vector{account_opened(1)}));
  must(connection.run_script("alter schema read rename to read_previous; alter schema read_next rename to read"));

  const auto refused = older.apply(connection, std::vector{account_opened(2)});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  CHECK(count(connection, "read.balances") == 1);
  const auto opened = older.open(connection, read_model());
  REQUIRE_FALSE(opened);
  CHECK(opened.error().kind == FailureKind::corrupt);
  CHECK_THAT(opened.error().text, Catch::Contains("another version"));
}

TEST_CASE("a lane goes on in tables of its version that were made anew only after it has opened them") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::create_if_missing(connection, read_model(), "read"));
  Lane before(lane_called("balances"), "read", 1), maker(lane_called("balances"), "read", 1);
  must(before.open(connection, read_model()));
  must(connection.run_script("drop schema read cascade"));
  must(projections::create_if_missing(connection, read_model(), "read"));
  must(maker.open(connection, read_model()));

  const std::vector messages{account_opened(1)};
  const auto refused = before.apply(connection, messages);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  must(before.open(connection, read_model()));
  CHECK(must(before.apply(connection, messages)) == 1);
}

TEST_CASE("a message that does not follow the last one is refused, and nothing of its batch is written") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::create_if_missing(connection, read_model(), "read"));
  Lane lane(lane_called("balances"), "read", 1);
  must(lane.open(connection, read_model()));
  for (const auto second : {1U, 3U}) {
    const auto refused = lane.apply(connection, std::vector{account_opened(1), account_opened(second)});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::corrupt);
  }
  CHECK(count(connection, "read.balances") == 0);
}

TEST_CASE("an event of an unknown type is refused with its place") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::create_if_missing(connection, read_model(), "read"));
  Lane lane(lane_called("balances"), "read", 1);
  must(lane.open(connection, read_model()));
  const auto refused = lane.apply(connection, std::vector{billing_message(1, {"WalletPainted.v7", "blue"})});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::corrupt);
  CHECK_THAT(refused.error().text, Catch::Contains("WalletPainted.v7") && Catch::Contains("BILLING-0@1.0"));
}

TEST_CASE("a balance below zero cannot be written") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::create_if_missing(connection, read_model(), "read"));
  Lane lane(lane_called("balances"), "read", 1);
  must(lane.open(connection, read_model()));
  const billing::AccountToppedUp impossible{OperationId::random(), UserId::random(), {5, *Currency::parse("EUR")}, -1, {}};
  const auto refused = lane.apply(connection, std::vector{billing_message(1, billing::encode(billing::Event(impossible)))});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::corrupt);
}
