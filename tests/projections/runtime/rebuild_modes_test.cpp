#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/building_claim.hpp"
#include "projections/runtime/filling_state.hpp"
#include "projections/runtime/rebuild.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"
#include "tests/projections/troubled_log.hpp"

using namespace ordo;
using namespace ordo::tests;

namespace {

// A whole story that is shown.
struct Shown {
  TemporaryDatabase database;
  postgres::Connection connection = database.connect();
  Story story{{.seed = 95, .orders = 80}};
  log::InMemoryLog log;

  Shown() {
    story.tell(log);
    project(database, story, "read");
  }

  projections::RebuildSettings settings() {
    return {.model = projections::read_model(), .log = log, .partitions = 2, .connection = {.url = database.url()},
            .silence_max = std::chrono::seconds(2)};
  }
  bool holds(const std::string& condition) { return must(connection.execute("select " + condition))[0].get<bool>(0); }
};

}  // namespace

TEST_CASE("a rebuild that is not to swap leaves whole tables beside those that serve, and another swaps them in without an event more") {
  Shown shown;
  const auto serving = must(shown.connection.execute("select claim from read.schema_version"))[0].get<IdBytes>(0);
  auto settings = shown.settings();
  settings.swap = false;
  CHECK(must(projections::rebuild(settings)).finished);
  CHECK(checksums_of(shown.database, "read_next") == checksums_of(shown.database, "read"));
  CHECK(must(shown.connection.execute("select claim from read.schema_version"))[0].get<IdBytes>(0) == serving);

  settings.swap = true;
  settings.only_go_on = true;
  const auto swapped = must(projections::rebuild(settings));
  CHECK(swapped.finished);
  CHECK(swapped.went_on);
  CHECK(swapped.events == 0);
  CHECK(swapped.progress.messages_before == swapped.progress.messages_total);
  CHECK_FALSE(must(shown.connection.execute("select claim from read.schema_version"))[0].get<IdBytes>(0) == serving);
}

TEST_CASE("whoever looks on sees the stage of what is filled, and how much of the log it holds") {
  Shown shown;
  const auto look = [&] { return must(projections::filling_state(shown.connection, shown.log, projections::read_model(), 2)); };
  CHECK_FALSE(look());
  auto settings = shown.settings();
  settings.swap = false;
  const auto rebuilt = must(projections::rebuild(settings));
  const auto filled = look();
  REQUIRE(filled);
  CHECK(filled->is_full());
  CHECK(filled->messages_total == rebuilt.progress.messages_total);
  CHECK(filled->events_total > filled->messages_total);
  CHECK(filled->events_done == filled->events_total);

  must(shown.connection.run_script("update read_next.schema_version set stage = 'bare'; update read_next.checkpoints set sequence = sequence / 2"));
  const auto half = look();
  REQUIRE(half);
  CHECK_FALSE(half->is_full());
  CHECK(half->stage == projections::Stage::bare);
  CHECK(half->messages_total == filled->messages_total);
  CHECK((0 < half->messages_done && half->messages_done < half->messages_total));
  CHECK((0 < half->events_done && half->events_done < half->events_total));
  must(shown.connection.run_script("update read_next.schema_version set version = 999"));
  CHECK_FALSE(look());
}

TEST_CASE("where nothing was filled there is nothing to swap in") {
  Shown shown;
  auto settings = shown.settings();
  settings.only_go_on = true;
  const auto refused = projections::rebuild(settings);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
  CHECK_THAT(refused.error().text, Catch::Contains("rebuild --no-swap"));
}

TEST_CASE("lanes that are rebuilt by name leave the rows of the others as they are, also where they share a table") {
  Shown shown;
  const std::string lane = GENERATE("orders", "balances", "notifications");
  must(shown.connection.run_script("update read.orders set currency = 'XXX'; update read.balances set currency = 'XXX'; "
                                   "update read.notifications set correlation_id = 'XXX'; update read.order_timeline set correlation_id = 'XXX'"));
  auto settings = shown.settings();
  settings.lanes = {lane};
  const auto rebuilt = must(projections::rebuild(settings));
  CHECK(rebuilt.events < shown.story.events());
  CHECK(rebuilt.events > 0);
  CHECK(shown.holds("exists (select from read.orders where currency = 'XXX')") == (lane != "orders"));
  CHECK(shown.holds("exists (select from read.balances where currency = 'XXX')") == (lane != "balances"));
  CHECK(shown.holds("exists (select from read.notifications where correlation_id = 'XXX')") == (lane != "notifications"));
  CHECK(shown.holds("exists (select from read.order_timeline where correlation_id = 'XXX' and stream like 'BILLING-%')") == (lane != "balances"));
  project(shown.database, shown.story, "expected");
  for (const auto* table : {"orders", "balances", "notifications", "order_timeline", "parked_keys"}) {
    CHECK(shown.holds(std::string("(select count(*) from read.") + table + ") = (select count(*) from expected." + table + ")"));
  }
}

TEST_CASE("every row of the read model is fed by one lane, so that rebuilding the lanes one by one makes what rebuilding all makes") {
  Shown shown;
  project(shown.database, shown.story, "expected");
  for (const auto& lane : projections::read_model().lanes) {
    auto settings = shown.settings();
    settings.lanes = {lane.name};
    must(projections::rebuild(settings));
    CHECK(checksums_of(shown.database, "read") == checksums_of(shown.database, "expected"));
  }
}

TEST_CASE("rows of tables that another version made are not kept") {
  Shown shown;
  must(shown.connection.run_script("update read.schema_version set version = 2"));
  auto settings = shown.settings();
  settings.lanes = {"orders"};
  const auto refused = projections::rebuild(settings);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::conflict);
}

TEST_CASE("a rebuild of all does not go on with tables in which rows were kept") {
  Shown shown;
  auto settings = shown.settings();
  settings.swap = false;
  settings.lanes = {"orders"};
  must(projections::rebuild(settings));
  settings.lanes = {};
  const auto rebuilt = must(projections::rebuild(settings));
  CHECK_FALSE(rebuilt.went_on);
  CHECK(rebuilt.events == shown.story.events());
}

TEST_CASE("a rebuild up to an event makes the tables as they were, which nobody swaps in and nobody adds to") {
  Shown shown;
  const log::StreamName commands{log::StreamKind::commands, 1}, orders{log::StreamKind::orders, 1};
  auto settings = shown.settings();
  settings.until = log::Ends{{commands, {3, log::kWholeMessage}}, {orders, {2, 0}}};
  const auto rebuilt = must(projections::rebuild(settings));
  CHECK(rebuilt.finished);
  // An order's request is told by its OrderPending too, wherever the request stands.
  CHECK(shown.holds("(select coalesce(max(sequence), 0) from read_next.order_timeline where stream = 'ORDERS-1') <= 2"));
  CHECK(shown.holds("(select count(*) from read_next.order_timeline where stream = 'ORDERS-1' and sequence = 2) <= 1"));
  CHECK(shown.holds("not exists (select from read_next.order_timeline where stream not in ('COMMANDS-1', 'ORDERS-1'))"));
  CHECK(shown.holds("obj_description('read_next'::regnamespace) = 'the past up to COMMANDS-1@3 ORDERS-1@2.0'"));

  auto swapping = shown.settings();
  swapping.only_go_on = true;
  const auto refused = projections::rebuild(swapping);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().text, Catch::Contains("the past up to"));
  CHECK(must(projections::rebuild(settings)).went_on);
  CHECK_FALSE(must(projections::rebuild(shown.settings())).went_on);
}
