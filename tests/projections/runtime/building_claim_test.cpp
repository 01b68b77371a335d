#include <future>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/building_claim.hpp"
#include "projections/runtime/rebuild.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"
#include "tests/projections/troubled_log.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::BuildingClaim;

namespace {

constexpr std::chrono::milliseconds kSilence{2'000};

Result<std::unique_ptr<BuildingClaim>> take(const TemporaryDatabase& database) {
  return BuildingClaim::take({projections::read_model(), {.url = database.url()}, kSilence});
}

std::future<Result<projections::Rebuilt>> begin_rebuild(const TemporaryDatabase& database, log::EventLog& log) {
  return std::async(std::launch::async, [&database, &log] {
    return projections::rebuild({.model = projections::read_model(), .log = log, .partitions = 2, .connection = {.url = database.url()},
                                 .silence_max = kSilence});
  });
}

bool holds(postgres::Connection& connection, const std::string& condition) {
  return must(connection.execute("select " + condition))[0].get<bool>(0);
}

// All that can be told before the end, if the log had no end.
bool has_filled(postgres::Connection& connection, const TroubledLog& log) {
  return log.asked > 0 && holds(connection, "to_regclass('read_next.checkpoints') is not null") &&
         holds(connection, "exists (select from read_next.checkpoints where sequence > 0)");
}

}  // namespace

TEST_CASE("a second rebuild is refused while the first lives, and does not disturb it") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const Story story({.seed = 51});
  log::InMemoryLog stored;
  story.tell(stored);
  TroubledLog log(stored);
  log.more_to_come = true;
  auto first = begin_rebuild(database, log);
  REQUIRE(eventually([&] { return has_filled(connection, log); }));

  const auto second = begin_rebuild(database, log).get();
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == FailureKind::conflict);
  CHECK_THAT(second.error().text, Catch::Contains("another rebuild is filling schema read_next"));

  log.more_to_come = false;
  must(first.get());
  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
}

TEST_CASE("of rebuilds that begin at once, one at a time fills the tables, and whole ones are swapped in") {
  const TemporaryDatabase database;
  const Story story({.seed = 52, .orders = 200});
  log::InMemoryLog log;
  story.tell(log);
  std::vector<std::future<Result<projections::Rebuilt>>> rebuilds;
  for (int count = 0; count < 4; ++count) rebuilds.push_back(begin_rebuild(database, log));
  int done = 0;
  for (auto& rebuild : rebuilds) {
    const auto outcome = rebuild.get();
    if (outcome) ++done;
    else CHECK(outcome.error().kind == FailureKind::conflict);
  }
  CHECK(done >= 1);
  project(database, story, "expected");
  CHECK(checksums_of(database, "read") == checksums_of(database, "expected"));
}

TEST_CASE("a rebuild that was taken over ends, and swaps nothing in") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const Story story({.seed = 53});
  log::InMemoryLog stored;
  story.tell(stored);
  TroubledLog log(stored);
  log.more_to_come = true;
  auto slow = begin_rebuild(database, log);
  REQUIRE(eventually([&] { return has_filled(connection, log); }));
  must(connection.execute("update read_next.schema_version set claim = $1::uuid", random_uuid()));
  log.more_to_come = false;
  const auto ended = slow.get();
  REQUIRE_FALSE(ended);
  CHECK(ended.error().kind == FailureKind::conflict);
  CHECK(holds(connection, "to_regclass('read_next.orders') is not null"));
  CHECK(holds(connection, "(select count(*) from read.orders) = 0"));
}

TEST_CASE("a claim that is let go is free at once, and one whose holder died when it has been silent for long enough") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(take(database));  // and lets go
  const auto pulse_is_null = "(select pulse is null from read_next.schema_version)";
  CHECK(holds(connection, pulse_is_null));
  must(connection.run_script("update read_next.schema_version set pulse = 7"));
  const auto began = std::chrono::steady_clock::now();
  const auto claim = must(take(database));
  CHECK(std::chrono::steady_clock::now() - began >= kSilence);
  CHECK_FALSE(holds(connection, pulse_is_null));
}

TEST_CASE("a holder that was taken over learns it, and one whose connection was lost holds on") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const auto claim = must(take(database));
  const auto pulse = [&] { return must(connection.execute("select pulse from read_next.schema_version"))[0].get<std::int64_t>(0); };
  must(connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
                          "and backend_type = 'client backend' and pid <> pg_backend_pid()"));
  CHECK(eventually([&, before = pulse()] { return pulse() > before + 1; }));
  CHECK_FALSE(claim->is_lost());
  must(connection.execute("update read_next.schema_version set claim = $1::uuid", random_uuid()));
  CHECK(eventually([&] { return claim->is_lost(); }));
}
