#include <random>
#include <span>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/bare_tables.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"
#include "tests/projections/stumbling_model.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::Lane;
using projections::Stage;

namespace {

// A rebuild's schema, step by step.
struct Bare {
  TemporaryDatabase database;
  postgres::Connection connection = database.connect();
  IdBytes claim = random_uuid();
  projections::ReadModelDefinition model = projections::read_model();

  Bare() {
    auto transaction = must(connection.begin());
    must(projections::create(transaction, model, "read_next", {claim, 1}));
    must(projections::make_bare(transaction, model, "read_next"));
    must(transaction.commit());
  }

  void fill(const Story& story, const Reading& reading) { tests::fill(database, story, "read_next", reading, 2, model, Stage::bare); }

  Result<void> finish() {
    return projections::begin_finishing(connection, "read_next", claim).and_then([&] { return finish_tables(); });
  }

  Result<void> finish_tables() {
    for (const auto& table : model.bulk_tables) {
      if (auto done = projections::finish_table(connection, "read_next", claim, table); !done) return done;
    }
    return projections::end_finishing(connection, "read_next", claim);
  }

  std::int64_t count(const std::string& rows) { return must(connection.execute("select count(*) from " + rows))[0].get<std::int64_t>(0); }

  // Keys, indexes and columns of the bulk tables, as the catalog tells of them.
  std::string shape(const std::string& schema) {
    return must(connection.execute(
        "select coalesce((select string_agg(replace(indexdef, schemaname || '.', ''), E'\\n' order by indexname) from pg_indexes "
        "where schemaname = $1::text), '') || coalesce((select string_agg(concat_ws(' ', table_name, column_name, is_nullable), E'\\n' "
        "order by table_name, column_name) from information_schema.columns where table_schema = $1::text), '')", schema))[0].get<std::string>(0);
  }
};

log::StoredMessage message_of(std::uint64_t sequence, const std::vector<billing::Event>& said, UserId user) {
  const log::StreamName stream{log::StreamKind::billing, 0};
  log::Run run;
  for (const auto& event : said) {
    run.events.push_back({EventId::random(), billing::encode(event), {}, {"c", "", {}, log::Key{user, {}}}, {1'790'000'000'000}, {}});
  }
  return {stream, sequence, log::subjects_of(stream).front(), log::encode_run(run)};
}

// Tables refuse an operation that moves nothing.
billing::Event topped_up(UserId user, std::int64_t amount, OperationId operation = OperationId::random()) {
  return billing::AccountToppedUp{operation, user, {amount, *Currency::parse("EUR")}, 5, {}};
}

}  // namespace

TEST_CASE("bare tables that were filled in batches of any size, streams in any order, hold the same rows when they are finished") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  const Story story({.seed = seed, .orders = 150});
  Bare bare;
  const std::size_t batch_max = GENERATE(1, 3, 40);
  bare.fill(story, {.seed = seed, .batch_max = batch_max});
  must(bare.finish());
  project(bare.database, story, "expected");
  CHECK(checksums_of(bare.database, "read_next") == checksums_of(bare.database, "expected"));
  CHECK(bare.shape("read_next") == bare.shape("expected"));
}

TEST_CASE("bare tables that lack an event of some orders show these as tables with keys do") {
  const Story story({.seed = 41, .orders = 150});
  const auto broken = std::make_shared<IsBroken>([](const log::Event& event) { return event.id.bytes()[0] < 12; });
  Bare bare;
  bare.model = model_that_cannot_read(broken);
  bare.fill(story, {.batch_max = 4});
  must(bare.finish());
  project(bare.database, story, "expected", {}, 2, bare.model);
  CHECK(bare.count("read_next.parked_events") == bare.count("expected.parked_events"));
  CHECK(bare.count("read_next.parked_events where attempts = 1") > 0);
  CHECK(checksums_of(bare.database, "read_next") == checksums_of(bare.database, "expected"));
}

TEST_CASE("of a batch that bare tables refuse only the guilty event is parked, with all behind it under its key") {
  Bare bare;
  Lane lane(projections::read_model().lanes[1], "read_next", {0}, Stage::bare);
  must(lane.open(bare.connection, bare.model, bare.claim));
  const auto user = UserId::random(), other = UserId::random();
  std::vector<log::StoredMessage> messages;
  for (std::uint64_t sequence = 1; sequence <= 20; ++sequence) {
    messages.push_back(message_of(sequence, {topped_up(user, sequence == 9 ? 0 : 5)}, user));
    messages.push_back(message_of(++sequence, {topped_up(other, 5)}, other));
  }
  CHECK(must(lane.apply(bare.connection, messages)) == 20);
  CHECK(bare.count("read_next.operations") == 14);
  CHECK(bare.count("read_next.parked_events where attempts = 2") == 1);
  CHECK(bare.count("read_next.parked_events where attempts = 0") == 5);
  must(bare.finish());
  CHECK(bare.count("read_next.balances where version in (4, 10)") == 2);
}

TEST_CASE("lanes write only to tables of the stage that they were made for") {
  Bare bare;
  const std::set<log::Partition> first{0};
  Lane whole(projections::read_model().lanes[1], "read_next", first);
  Lane copying(projections::read_model().lanes[1], "read_next", first, Stage::bare);
  CHECK(whole.open(bare.connection, bare.model).error().kind == FailureKind::conflict);
  must(copying.open(bare.connection, bare.model));
  must(bare.finish());
  const auto user = UserId::random();
  const auto late = copying.apply(bare.connection, std::vector{message_of(1, {topped_up(user, 5)}, user)});
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == FailureKind::conflict);
  CHECK(bare.count("read_next.operations") == 0);
  must(whole.open(bare.connection, bare.model));
  must(whole.apply(bare.connection, std::vector{message_of(1, {topped_up(user, 5)}, user)}));
}

TEST_CASE("an operation that stands there twice is refused by the key that comes last, and nothing of its table is finished") {
  Bare bare;
  Lane lane(projections::read_model().lanes[1], "read_next", {0}, Stage::bare);
  must(lane.open(bare.connection, bare.model, bare.claim));
  const auto user = UserId::random();
  const auto operation = OperationId::random();
  must(lane.apply(bare.connection, std::vector{message_of(1, {topped_up(user, 5, operation), topped_up(user, 10, operation)}, user)}));
  const auto refused = bare.finish();
  REQUIRE_FALSE(refused);
  CHECK(postgres::is_refusal_of_values(refused.error()));
  CHECK(bare.count("read_next.lacks where table_name = 'operations'") == 2);
}

TEST_CASE("tables are not finished for a rebuild that another one has taken over from") {
  Bare bare;
  must(projections::begin_finishing(bare.connection, "read_next", bare.claim));
  must(bare.connection.run_script("update read_next.schema_version set claim = gen_random_uuid()"));
  const auto refused = bare.finish_tables();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  CHECK(bare.count("read_next.lacks where table_name = 'order_timeline'") == 2);  // its key and its index
}

TEST_CASE("tables that are finished already are left as they are") {
  const Story story({.seed = 42});
  Bare bare;
  bare.fill(story, {});
  must(projections::begin_finishing(bare.connection, "read_next", bare.claim));
  for (int round = 0; round < 2; ++round) {
    for (const auto& table : bare.model.bulk_tables) must(projections::finish_table(bare.connection, "read_next", bare.claim, table));
  }
  must(projections::end_finishing(bare.connection, "read_next", bare.claim));
  project(bare.database, story, "expected");
  CHECK(checksums_of(bare.database, "read_next") == checksums_of(bare.database, "expected"));
}
