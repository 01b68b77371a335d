#include <atomic>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/building_claim.hpp"
#include "projections/runtime/rebuild.hpp"
#include "projections/runtime/rollback.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::Projector;

namespace {

// A whole story that is shown and was rebuilt once, so that there is a way back.
struct RebuiltOnce {
  TemporaryDatabase database;
  postgres::Connection connection = database.connect();
  Story story{{.seed = 91, .orders = 80}};
  log::InMemoryLog log;
  std::atomic<int> given_up = 0;

  RebuiltOnce() {
    story.tell(log, 0, 0.5);
    project(database, story, "expected");
    must(projections::rebuild({.model = projections::read_model(), .log = log, .partitions = 2, .connection = {.url = database.url()}}));
    must(projections::rebuild({.model = projections::read_model(), .log = log, .partitions = 2, .connection = {.url = database.url()}}));
  }

  Result<void> roll_back() { return projections::roll_back(connection, projections::read_model()); }
  projections::ProjectorSettings live() { return live_projector(database, log, [this](const Failure&) { ++given_up; }); }
  bool becomes_right() {
    const auto expected = checksums_of(database, "expected");
    return eventually([&] { return checksums_of(database, "read") == expected; }) && given_up == 0;
  }
  std::int64_t orders_in(const std::string& schema) {
    return must(connection.execute("select count(*) from " + schema + ".orders"))[0].get<std::int64_t>(0);
  }
};

}  // namespace

TEST_CASE("after a rollback the tables from before serve, those that served are kept, and the same step leads back") {
  RebuiltOnce rebuilt;
  must(rebuilt.connection.run_script("delete from read.orders"));
  const auto whole = rebuilt.orders_in("read_previous");
  REQUIRE(whole > 0);
  must(rebuilt.roll_back());
  CHECK(rebuilt.orders_in("read") == whole);
  CHECK(rebuilt.orders_in("read_previous") == 0);
  must(rebuilt.roll_back());
  CHECK(rebuilt.orders_in("read") == 0);
}

TEST_CASE("live lanes catch up the tables that a rollback brought back, though nothing new comes from the log") {
  RebuiltOnce rebuilt;
  const Projector live(rebuilt.live());
  rebuilt.story.tell(rebuilt.log, 0.5, 1);
  CHECK(rebuilt.becomes_right());
  must(rebuilt.roll_back());
  CHECK(rebuilt.becomes_right());
}

TEST_CASE("tables of another version are not rolled back to, and the reason says who can") {
  RebuiltOnce rebuilt;
  must(rebuilt.connection.run_script("update read_previous.schema_version set version = 2"));
  const auto refused = rebuilt.roll_back();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  CHECK_THAT(refused.error().text, Catch::Contains("install that version again"));
}

TEST_CASE("where no swap has left anything there is nothing to roll back to, nor to drop") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::set_up_read_model(connection));
  const auto refused = projections::roll_back(connection, projections::read_model());
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().text, Catch::Contains("only a swap leaves one"));
  CHECK_FALSE(must(projections::drop_previous(connection)));
}

TEST_CASE("what was kept can be dropped, and what a rebuild fills cannot while it lives") {
  RebuiltOnce rebuilt;
  CHECK(must(projections::drop_previous(rebuilt.connection)));
  CHECK_FALSE(must(projections::drop_previous(rebuilt.connection)));
  const projections::BuildingClaimSettings settings{projections::read_model(), {.url = rebuilt.database.url()},
                                                    std::chrono::milliseconds(1'000)};
  CHECK_FALSE(must(projections::BuildingClaim::drop(settings)));
  auto claim = must(projections::BuildingClaim::take(settings));
  const auto refused = projections::BuildingClaim::drop(settings);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  claim.reset();
  CHECK(must(projections::BuildingClaim::drop(settings)));
}
