#include <atomic>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/pauses.hpp"
#include "projections/runtime/rebuild.hpp"
#include "projections/verification/swap_preview.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::Projector;

namespace {

// Half a story that is shown by a live projector, and rebuilt beside it.
struct Beside {
  TemporaryDatabase database;
  postgres::Connection connection = database.connect();
  Story story{{.seed = 97, .orders = 120}};
  log::InMemoryLog log;
  std::atomic<int> given_up = 0;
  std::optional<Projector> live;

  Beside() {
    story.tell(log, 0, 0.5);
    live.emplace(live_projector(database, log, [this](const Failure&) { ++given_up; }));
    if (!eventually([&] { return has_caught_up(*live, log); })) throw std::runtime_error("the projector did not catch up");
    must(projections::rebuild({.model = projections::read_model(), .log = log, .partitions = 2, .connection = {.url = database.url()},
                               .swap = false}));
  }

  Result<std::vector<projections::TableDifference>> preview() {
    return projections::preview_swap({.model = projections::read_model(), .log = log, .partitions = 2, .connection = {.url = database.url()},
                                      .silence_max = std::chrono::milliseconds(2'000),
                                      .live_lanes_wait = std::chrono::milliseconds(500)});
  }
  std::uint64_t differing() {
    std::uint64_t rows = 0;
    for (const auto& table : must(preview())) rows += table.differing();
    return rows;
  }
};

}  // namespace

TEST_CASE("the same version makes the same rows, and the preview says so while events keep coming") {
  Beside beside;
  std::jthread teller([&] {
    for (int part = 0; part < 25; ++part) beside.story.tell(beside.log, 0.5 + 0.02 * part, part == 24 ? 1 : 0.5 + 0.02 * (part + 1));
  });
  for (int round = 0; round < 3; ++round) CHECK(beside.differing() == 0);
  teller.join();
  CHECK(eventually([&] { return has_caught_up(*beside.live, beside.log); }));
  CHECK(beside.differing() == 0);
  CHECK(beside.given_up == 0);
}

TEST_CASE("rows that a new version makes otherwise are counted and shown") {
  Beside beside;
  must(beside.connection.run_script("update read_next.orders set total = total + 100 - total % 100 where total % 100 <> 0; "
                                    "delete from read_next.balances where user_id = (select min(user_id::text)::uuid from read_next.balances)"));
  const auto rounded = must(beside.connection.execute("select count(*) from read.orders where total % 100 <> 0"))[0].get<std::int64_t>(0);
  REQUIRE(rounded > 0);
  for (const auto& table : must(beside.preview())) {
    INFO(table.table);
    if (table.table == "orders") {
      CHECK(table.changed == static_cast<std::uint64_t>(rounded));
      CHECK(table.columns.size() == 1);
      CHECK_FALSE(table.samples.empty());
    } else if (table.table == "balances") {
      CHECK(table.only_before == 1);
    } else {
      CHECK(table.same());
    }
  }
}

TEST_CASE("tables that are ahead of those that serve wait for these, and it is said why when nobody moves them") {
  Beside beside;
  must(projections::pause(beside.connection, {{"orders"}, "anna", "a look"}));
  beside.story.tell(beside.log, 0.5, 1);
  must(projections::rebuild({.model = projections::read_model(), .log = beside.log, .partitions = 2, .connection = {.url = beside.database.url()},
                             .swap = false}));
  const auto refused = beside.preview();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  CHECK_THAT(refused.error().text, Catch::Contains("resume what is paused"));
  must(projections::resume(beside.connection, {"orders"}));
  CHECK(eventually([&] { return has_caught_up(*beside.live, beside.log); }));
  CHECK(beside.differing() == 0);
}

TEST_CASE("without tables that a rebuild has filled there is nothing to compare") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::set_up_read_model(connection));
  log::InMemoryLog log;
  const auto refused = projections::preview_swap({.model = projections::read_model(), .log = log, .partitions = 2,
                                                  .connection = {.url = database.url()}});
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().text, Catch::Contains("rebuild --no-swap"));
}
