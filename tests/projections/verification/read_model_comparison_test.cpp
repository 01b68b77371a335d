#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/verification/read_model_comparison.hpp"
#include "tests/projections/printing.hpp"
#include "projections/runtime/release.hpp"
#include "tests/projections/read_models.hpp"
#include "tests/projections/stumbling_model.hpp"

using namespace ordo;
using namespace ordo::tests;

namespace {

// A whole read model and the log that it was made from.
struct Projected {
  explicit Projected(std::uint64_t seed = 21, const Reading& reading = {}) : story({.seed = seed, .orders = 60}) {
    story.tell(log, 0, 1);
    project(database, story, "read", reading);
  }

  TemporaryDatabase database;
  Story story;
  ordo::log::InMemoryLog log;
  postgres::Connection connection = database.connect();

  Result<projections::Checks> compare() {
    projections::Progress progress({});
    return projections::compare_read_model({.model = projections::read_model(), .log = log, .connection = connection,
                                            .silence_max = std::chrono::milliseconds(50)}, progress);
  }

  // The first difference, as one line; empty when there is none.
  std::string difference() {
    for (const auto& check : must(compare())) {
      if (check.finding) return check.finding->where + ": " + check.finding->expected + " / " + check.finding->found;
    }
    return "";
  }

  std::string one(const std::string& sql) { return std::string(must(connection.execute(sql))[0].get<std::string_view>(0)); }
  void run(const std::string& sql) { must(connection.run_script(sql)); }
};

}  // namespace

TEST_CASE("a read model that the log makes is sound, table by table") {
  Projected projected;
  CHECK(projected.difference() == "");
  const auto checks = must(projected.compare());
  std::vector<std::string> names;
  for (const auto& check : checks) names.push_back(check.name);
  CHECK(names == std::vector<std::string>{"read.checkpoints", "read.account_requests", "read.balances", "read.notifications", "read.operations",
                                          "read.order_timeline", "read.orders", "read.parked_keys", "read.refused_operations", "read.balances by the books",
                                          "read.entries by wallet", "read.operations one by one"});
  CHECK(checks[6].count == 60);
  CHECK(checks[11].count > 0);
}

TEST_CASE("a read model that is behind the log is compared with the log up to its checkpoints") {
  TemporaryDatabase database;
  const Story story({.seed = 22, .orders = 60});
  ordo::log::InMemoryLog log;
  story.tell(log, 0, 0.5);
  std::atomic<int> given_up = 0;
  {
    projections::Projector projector(live_projector(database, log, [&](const Failure&) { ++given_up; }));
    REQUIRE(eventually([&] { return has_caught_up(projector, log); }));
  }
  story.tell(log, 0.5, 1);
  auto connection = database.connect();
  projections::Progress progress({});
  for (const auto& check : must(projections::compare_read_model({.model = projections::read_model(), .log = log, .connection = connection}, progress))) {
    INFO(check.name);
    CHECK_FALSE(check.finding);
  }
  CHECK(given_up == 0);
}

TEST_CASE("a balance that was changed by hand is named with both amounts") {
  Projected projected;
  const auto user = projected.one("select max(user_id::text) from read.balances");
  const auto balance = projected.one("select balance::text from read.balances where user_id = '" + user + "'");
  projected.run("update read.balances set balance = balance + 7 where user_id = '" + user + "'");
  CHECK(projected.difference() == "read.balances user_id=" + user + " column balance: " + balance + " / " + std::to_string(std::stoll(balance) + 7));
}

TEST_CASE("the books find a balance that the projections would have got wrong themselves") {
  Projected projected;
  projected.run("update read.balances set balance = balance + 7 where user_id = (select user_id from read.balances limit 1)");
  const auto checks = must(projected.compare());
  REQUIRE(checks.size() == 12);
  CHECK(checks[9].name == "read.balances by the books");
  CHECK(checks[9].finding);
}

TEST_CASE("operations that do not add up are found by wallet and one by one") {
  Projected projected;
  projected.run("update read.operations set amount = amount + 1 where operation_id = (select operation_id from read.operations limit 1)");
  const auto checks = must(projected.compare());
  REQUIRE(checks.size() == 12);
  CHECK(checks[4].finding);
  CHECK_FALSE(checks[9].finding);
  CHECK(checks[10].finding);
  CHECK(checks[11].finding);
}

TEST_CASE("an operation that tells another balance than the one before it leaves is found, though every amount is right") {
  Projected projected;
  const auto second = projected.one("select (array_agg(operation_id order by sequence, index))[2]::text from read.operations "
                                    "group by user_id having count(*) > 2 limit 1");
  projected.run("update read.operations set balance_after = balance_after + 1 where operation_id = '" + second + "'");
  const auto checks = must(projected.compare());
  REQUIRE(checks.size() == 12);
  CHECK_FALSE(checks[10].finding);
  REQUIRE(checks[11].finding);
  CHECK(checks[11].finding->rule == "what a wallet holds after an operation is what it held before, and the amount");
  CHECK_THAT(checks[11].finding->found, Catch::EndsWith("(the first of 2 rows that differ)"));
}

TEST_CASE("every table is compared: a row that is missing, and one that was changed") {
  const auto table = GENERATE(std::pair{"orders", "items = '[]'"}, std::pair{"operations", "balance_after = balance_after + 1"},
                              std::pair{"order_timeline", "correlation_id = 'another'"}, std::pair{"notifications", "attempts = attempts + 1"},
                              std::pair{"refused_operations", "reason = 'MOOD'"},
                              std::pair{"account_requests", "currency = 'USD'"},
                              std::pair{"parked_keys", "inputs = inputs + 1"});
  const auto name = std::string("read.") + table.first;
  Projected projected;
  INFO(name);
  projected.run("create table one as select * from " + name + " limit 1");
  projected.run("delete from " + name + " as held using one where to_jsonb(held) = to_jsonb(one)");
  CHECK_THAT(projected.difference(), Catch::StartsWith(name + " ") && Catch::EndsWith(": the row / no such row"));
  projected.run("update one set " + std::string(table.second) + "; insert into " + name + " select * from one");
  CHECK_THAT(projected.difference(), Catch::StartsWith(name + " ") && Catch::Contains(" column "));
}

TEST_CASE("a row that no event made is found") {
  Projected projected;
  projected.run("insert into read.balances values ('00000000-0000-8000-8000-000000000001', 5, 'EUR', now(), 1, 'BILLING-0', 1, 0)");
  CHECK(projected.difference() == "read.balances user_id=00000000-0000-8000-8000-000000000001: no such row / the row");
}

TEST_CASE("a checkpoint beyond the end of the log is found") {
  Projected projected;
  projected.run("update read.checkpoints set sequence = 100000 where lane = 'balances' and stream = 'BILLING-1'");
  CHECK_THAT(projected.difference(), Catch::StartsWith("read.checkpoints lane=balances stream=BILLING-1: at most "));
}

TEST_CASE("a checkpoint that was put back is found by the rows that are too many") {
  Projected projected;
  projected.run("update read.checkpoints set sequence = 1 where lane = 'notifications' and stream = 'NOTIFICATIONS-0'");
  CHECK_THAT(projected.difference(), Catch::Contains(": no such row / the row"));
}

TEST_CASE("rows whose commands the inbox has forgotten are sound") {
  Projected projected;
  projected.log.expire_before({log::StreamKind::commands, 0}, 1'000'000);
  projected.log.expire_before({log::StreamKind::commands, 1}, 5);
  CHECK(projected.difference() == "");
}

TEST_CASE("tables of another version are not compared but refused") {
  Projected projected;
  projected.run("update read.schema_version set version = version + 1");
  const auto compared = projected.compare();
  REQUIRE_FALSE(compared);
  CHECK(compared.error().kind == FailureKind::corrupt);
}

TEST_CASE("a comparison changes nothing and leaves nothing behind") {
  Projected projected;
  const auto before = checksums_of(projected.database, "read");
  REQUIRE(projected.difference() == "");
  REQUIRE(projected.difference() == "");
  CHECK(checksums_of(projected.database, "read") == before);
  CHECK(projected.one("select count(*)::text from pg_class where relpersistence = 't'") == "0");
}

TEST_CASE("a read model that has parked and thrown away what it cannot show is sound in all the rest, and says so") {
  TemporaryDatabase database;
  const Story story({.seed = 29, .orders = 60});
  ordo::log::InMemoryLog log;
  story.tell(log);
  const auto broken = std::make_shared<IsBroken>([](const log::Event& event) {
    return event.payload.type == "PaymentRefunded.v1" || event.payload.type == "NotificationFailed.v1";
  });
  const auto model = model_that_cannot_read(broken);
  project(database, story, "read", {}, 2, model);
  auto connection = database.connect();
  const auto queues = must(projections::parked_queues(connection, "read"));
  REQUIRE(queues.size() > 1);
  must(projections::release({.model = model, .log = log, .connection = connection}, queues.front(), {parking::Discard::first, "ada", "x"}));
  projections::Progress progress({});
  const auto checks = must(projections::compare_read_model({.model = projections::read_model(), .log = log, .connection = connection}, progress));
  CHECK_THAT(checks.front().detail, Catch::EndsWith("events are parked or thrown away"));
  for (const auto& check : checks) {
    INFO(check.name << (check.finding ? ": " + check.finding->where + ": " + check.finding->rule + ", found " + check.finding->found : ""));
    CHECK_FALSE(check.finding);
  }
}
