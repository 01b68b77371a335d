#include <atomic>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/runtime/pauses.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::Projector;
using Names = std::vector<std::string>;

namespace {

// A projector that has shown the first half of a story.
struct HalfTold {
  TemporaryDatabase database;
  postgres::Connection connection = database.connect();
  Story story{{.seed = 81, .orders = 100}};
  log::InMemoryLog log;
  std::atomic<int> given_up = 0;
  std::optional<Projector> projector;

  HalfTold() {
    story.tell(log, 0, 0.5);
    start();
    if (!eventually([&] { return has_caught_up(*projector, log); })) throw std::runtime_error("the projector did not catch up");
  }

  void start() { projector.emplace(live_projector(database, log, [this](const Failure&) { ++given_up; })); }
  Names pause(const Names& lanes) { return must(projections::pause(connection, {lanes, "anna", "a look at the balances"})); }
  Names resume(const Names& lanes) { return must(projections::resume(connection, lanes)); }

  // The sum of what a lane has read.
  std::int64_t reached(const std::string& lane) {
    return must(connection.execute("select sum(sequence)::bigint from read.checkpoints where lane = $1::text", lane))[0].get<std::int64_t>(0);
  }
  bool becomes_right() {
    project(database, story, "expected");
    const auto expected = checksums_of(database, "expected");
    return eventually([&] { return checksums_of(database, "read") == expected; }) && given_up == 0;
  }
};

}  // namespace

TEST_CASE("a lane that is paused writes nothing more, the others go on, and it catches up when it is resumed") {
  HalfTold half;
  CHECK(half.pause({"balances"}) == Names{"balances"});
  const auto before = half.reached("balances"), others = half.reached("orders");
  half.story.tell(half.log, 0.5, 1);
  CHECK(eventually([&] { return half.reached("orders") > others; }));
  CHECK(half.reached("balances") == before);
  CHECK(half.resume({"balances"}) == Names{"balances"});
  CHECK(half.becomes_right());
}

TEST_CASE("a lane that was paused stays so when the projector starts anew, and is ready nevertheless") {
  HalfTold half;
  (void)half.pause({"balances", "orders"});
  half.projector.reset();
  half.story.tell(half.log, 0.5, 1);
  const auto before = half.reached("balances");
  half.start();
  CHECK(eventually([&] { return !half.projector->reached().at("balances").empty(); }));
  CHECK(eventually([&] { return half.projector->reached().at("notifications") != projections::Reached{} && half.projector->events() > 0; }));
  CHECK(half.reached("balances") == before);
  CHECK(half.resume({"balances", "orders"}).size() == 2);
  CHECK(half.becomes_right());
}

TEST_CASE("who paused a lane and why can be read, and a second pause changes nothing about it") {
  HalfTold half;
  CHECK(must(projections::pauses(half.connection)).empty());
  CHECK(half.resume({"orders"}).empty());
  (void)half.pause({"orders"});
  CHECK(must(projections::pause(half.connection, {{"orders", "balances"}, "boris", "another"})) == Names{"balances"});
  const auto pauses = must(projections::pauses(half.connection));
  REQUIRE(pauses.size() == 2);
  CHECK(pauses[0].paused_by == "boris");
  CHECK(pauses[1].lane == "orders");
  CHECK(pauses[1].paused_by == "anna");
  CHECK(pauses[1].reason == "a look at the balances");
  CHECK(pauses[1].since.unix_ms > 0);
}

TEST_CASE("a lane that is paused and resumed again and again loses and doubles nothing") {
  HalfTold half;
  std::jthread teller([&] {
    for (int part = 0; part < 25; ++part) half.story.tell(half.log, 0.5 + 0.02 * part, part == 24 ? 1 : 0.5 + 0.02 * (part + 1));
  });
  for (int round = 0; round < 15; ++round) {
    (void)half.pause({"orders", "balances", "notifications"});
    (void)half.resume({"orders", "balances", "notifications"});
  }
  teller.join();
  CHECK(half.becomes_right());
}
