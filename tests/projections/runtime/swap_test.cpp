#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/swap.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"
#include "tests/projections/troubled_log.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::Projector;

namespace {

// A rebuild that has filled `read_next` with a whole story, and stands before its swap.
struct Filled {
  TemporaryDatabase database;
  postgres::Connection connection = database.connect();
  Story story{{.seed = 61}};
  log::InMemoryLog stored;
  TroubledLog log{stored};
  IdBytes claim{};
  std::unique_ptr<Projector> building;

  Filled() {
    story.tell(log);
    must(projections::set_up_read_model(connection));
    auto transaction = must(connection.begin());
    must(projections::create(transaction, projections::read_model(), "read_next", {claim, 1}));
    must(transaction.commit());
    auto settings = live_projector(database, log, [](const Failure&) {});
    settings.schema = "read_next";
    settings.claim = claim;
    building = std::make_unique<Projector>(settings);
    if (!eventually([&] { return has_caught_up(*building, log); })) throw std::runtime_error("the building lanes did not catch up");
  }

  Result<bool> swap(int looks_max = 50) {
    return projections::swap_schemas(
        connection,
        {.model = projections::read_model(), .log = log, .partitions = 2, .claim = claim, .goes_on = [&] { return --looks_max > 0; }},
        *building);
  }

  bool serves() { return must(connection.execute("select count(*) from read.orders"))[0].get<std::int64_t>(0) > 0; }
};

}  // namespace

TEST_CASE("tables that were filled to the end of the log are swapped in, and are no rebuild's then") {
  Filled filled;
  CHECK(must(filled.swap()));
  CHECK(filled.serves());
  CHECK(must(filled.connection.execute("select pulse is null from read.schema_version"))[0].get<bool>(0));
}

TEST_CASE("what is written decides about a swap, not what the lanes remember") {
  Filled filled;
  must(filled.connection.run_script("update read_next.checkpoints set sequence = 0 where lane = 'balances'"));
  CHECK_FALSE(must(filled.swap()));
  CHECK_FALSE(filled.serves());
}

TEST_CASE("tables that another rebuild made under a rebuild's hands are not swapped in") {
  Filled filled;
  auto transaction = must(filled.connection.begin());
  must(projections::drop(transaction, "read_next"));
  must(projections::create(transaction, projections::read_model(), "read_next", {random_uuid(), 1}));
  must(transaction.commit());
  const auto refused = filled.swap();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  CHECK_FALSE(filled.serves());
}

TEST_CASE("tables that have no keys yet are not swapped in, though they hold all that the log says") {
  Filled filled;
  must(filled.connection.run_script("update read_next.schema_version set stage = 'finishing'"));
  const auto refused = filled.swap();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  CHECK_FALSE(filled.serves());
}

TEST_CASE("a swap that fails leaves the tables of the swap before it where they are") {
  Filled filled;
  must(filled.connection.run_script("create schema read_previous; create table read_previous.orders ()"));
  const auto previous_columns = "select count(*) from information_schema.columns where table_schema = 'read_previous'";
  filled.log.away = true;
  const auto failed = filled.swap();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == FailureKind::unavailable);
  CHECK(must(filled.connection.execute("select to_regclass('read_previous.orders') is not null"))[0].get<bool>(0));
  CHECK(must(filled.connection.execute(previous_columns))[0].get<std::int64_t>(0) == 0);
  filled.log.away = false;
  CHECK(must(filled.swap()));
  CHECK(must(filled.connection.execute(previous_columns))[0].get<std::int64_t>(0) > 0);
}
