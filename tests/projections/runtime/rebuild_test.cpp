#include <atomic>
#include <future>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/rebuild.hpp"
#include "query-side/balances/balances.hpp"
#include "query-side/orders/orders.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"
#include "tests/projections/troubled_log.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::Projector;

namespace {

projections::RebuildSettings settings_of(const TemporaryDatabase& database, log::EventLog& log) {
  return {.model = projections::read_model(), .log = log, .partitions = 2, .connection = {.url = database.url()},
          .silence_max = std::chrono::seconds(2)};
}

Result<projections::Rebuilt> rebuild(const TemporaryDatabase& database, log::EventLog& log) {
  return projections::rebuild(settings_of(database, log));
}

void must_not_give_up(const Failure& reason) { throw std::runtime_error(reason.text); }

bool exists(postgres::Connection& connection, const std::string& schema) {
  return must(connection.execute("select to_regclass($1::text) is not null", schema + ".orders"))[0].get<bool>(0);
}

}  // namespace

TEST_CASE("a rebuild while events keep coming equals what the live projector makes") {
  const TemporaryDatabase database;
  const Story story({.seed = 31, .orders = 400});
  log::InMemoryLog log;
  story.tell(log, 0, 0.5);
  const Projector live(live_projector(database, log, must_not_give_up));
  std::jthread teller([&] {
    for (int part = 0; part < 50; ++part) story.tell(log, 0.5 + 0.01 * part, part == 49 ? 1 : 0.5 + 0.01 * (part + 1));
  });
  for (int round = 0; round < 3; ++round) must(rebuild(database, log));
  teller.join();
  CHECK(eventually([&] { return has_caught_up(live, log); }));

  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
  auto connection = database.connect();
  CHECK_FALSE(exists(connection, "read_next"));
  CHECK(exists(connection, "read_previous"));
}

TEST_CASE("readers see no error while schemas are swapped") {
  const TemporaryDatabase database;
  const Story story({.seed = 32, .orders = 100});
  log::InMemoryLog log;
  story.tell(log);
  project(database, story, "read");
  postgres::Pool pool(database.pool_options());
  std::atomic<int> errors = 0, wrong = 0, reads = 0;
  const auto& purchase = story.purchases().front();
  {
    const std::jthread reader([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const auto order = orders::find_order(pool, purchase.order_id);
        const auto balance = balances::balance_of(pool, purchase.user_id);
        if (!order || !balance) ++errors;
        else if (!*order || (*order)->total != purchase.total || !*balance) ++wrong;
        ++reads;
      }
    });
    for (int round = 0; round < 3; ++round) must(rebuild(database, log));
    CHECK(eventually([&, before = reads.load()] { return reads > before + 10; }));
  }
  CHECK(errors == 0);
  CHECK(wrong == 0);
}

TEST_CASE("a rebuild takes the place of tables of another version") {
  const TemporaryDatabase database;
  const Story story({.seed = 33});
  log::InMemoryLog log;
  story.tell(log);
  auto connection = database.connect();
  must(connection.run_script(
      "create schema read; create table read.checkpoints (lane text, stream text, sequence bigint); "
      "insert into read.checkpoints values ('orders', 'ORDERS-0', 1), ('forgotten', 'ORDERS-0', 5); "
      "create table read.schema_version (version bigint, fingerprint uuid); create table read.orders (colour text)"));
  must(rebuild(database, log));
  auto transaction = must(connection.begin());
  must(projections::hold_schema(transaction, projections::read_model(), "read"));
  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
}

TEST_CASE("a projector of an older version gives up when a newer one's tables are swapped in, and writes no row to them") {
  const TemporaryDatabase database;
  const Story story({.seed = 37});
  log::InMemoryLog log;
  story.tell(log, 0, 0.5);
  std::atomic<int> gave_up = 0;
  const Projector older(live_projector(database, log, [&](const Failure& reason) {
    if (reason.kind == FailureKind::corrupt && reason.text.find("another version") != std::string::npos) ++gave_up;
  }));
  REQUIRE(eventually([&] { return has_caught_up(older, log); }));
  auto next_model = projections::read_model();
  ++next_model.version;
  must(projections::rebuild({.model = next_model, .log = log, .partitions = 2, .connection = {.url = database.url()}}));
  const auto before = checksums_of(database, "read");
  story.tell(log, 0.5, 1);
  CHECK(eventually([&] { return gave_up == 3; }));
  CHECK(checksums_of(database, "read") == before);
}

TEST_CASE("a rebuild without the commands makes the rows that the live projector made with them") {
  const TemporaryDatabase database;
  const Story story({.seed = 35});
  log::InMemoryLog log;
  story.tell(log);
  {
    const Projector live(live_projector(database, log, must_not_give_up));
    CHECK(eventually([&] { return has_caught_up(live, log); }));
  }
  const auto before = checksums_of(database, "read");
  for (const log::Partition partition : {0U, 1U}) {
    const log::StreamName commands{log::StreamKind::commands, partition};
    log.expire_before(commands, must(log.bounds(commands)).last_sequence + 1);
  }
  must(rebuild(database, log));
  CHECK(checksums_of(database, "read") == before);
}

TEST_CASE("a rebuild from a log that cannot be read leaves the serving tables alone") {
  const TemporaryDatabase database;
  const Story story({.seed = 36});
  log::InMemoryLog log;
  project(database, story, "read");
  const auto before = checksums_of(database, "read");
  log.append({{log::StreamKind::billing, 0}, "billing.payments.0", "no run at all", {}}, [](const auto&) {});
  const auto rebuilt = rebuild(database, log);
  REQUIRE_FALSE(rebuilt);
  CHECK(rebuilt.error().kind == FailureKind::corrupt);
  CHECK(checksums_of(database, "read") == before);
}

TEST_CASE("a rebuild waits out a log and a database that are away, and goes on where it was") {
  const TemporaryDatabase database;
  const Story story({.seed = 38, .orders = 200});
  log::InMemoryLog stored;
  story.tell(stored);
  TroubledLog log(stored);
  log.more_to_come = true;
  auto rebuilt = std::async(std::launch::async, [&] { return rebuild(database, log); });
  REQUIRE(eventually([&] { return log.asked > 50; }));
  log.away = true;
  CHECK(eventually([&] { return log.refused >= 3; }));
  (void)database.kill_connections();
  log.away = false;
  (void)database.kill_connections();
  log.more_to_come = false;
  for (int count = 0; count < 5; ++count) (void)database.kill_connections();
  must(rebuilt.get());
  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
}
