#include <atomic>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "tests/events/log/hesitant_log.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::Projector;

namespace {

// What a projector said when it gave up.
struct Reasons {
  std::mutex mutex;
  std::vector<std::string> texts;

  std::function<void(const Failure&)> collect() {
    return [this](const Failure& reason) {
      const std::lock_guard lock(mutex);
      texts.push_back(reason.text);
    };
  }
  [[nodiscard]] std::vector<std::string> get() {
    const std::lock_guard lock(mutex);
    return texts;
  }
};

std::vector<projections::TableChecksum> expected_of(const TemporaryDatabase& database, const Story& story) {
  project(database, story, "expected");
  return checksums_of(database, "expected");
}

}  // namespace

TEST_CASE("a projector keeps up with the log, one event at a time when it is quiet") {
  const TemporaryDatabase database;
  const Story story({.seed = 21});
  log::InMemoryLog log;
  Reasons reasons;
  story.tell(log, 0, 0.4);
  const Projector projector(live_projector(database, log, reasons.collect()));
  CHECK(eventually([&] { return has_caught_up(projector, log); }));
  story.tell(log, 0.4, 1);
  CHECK(eventually([&] { return has_caught_up(projector, log); }));
  CHECK(projector.events() == story.events());
  CHECK(checksums_of(database, "read") == expected_of(database, story));
  CHECK(reasons.get().empty());
}

TEST_CASE("two projectors at once write each event exactly once") {
  const TemporaryDatabase database;
  const Story story({.seed = 22, .orders = 300});
  log::InMemoryLog log;
  Reasons reasons;
  auto settings = live_projector(database, log, reasons.collect());
  settings.batch_bytes_max = 2'000;
  const Projector one(settings), other(settings);
  story.tell(log);
  CHECK(eventually([&] { return has_caught_up(one, log) || has_caught_up(other, log); }));
  CHECK(one.events() + other.events() == story.events());
  CHECK(checksums_of(database, "read") == expected_of(database, story));
  CHECK(reasons.get().empty());
}

TEST_CASE("connections that are killed again and again lose nothing") {
  const TemporaryDatabase database;
  const Story story({.seed = 23, .orders = 300});
  log::InMemoryLog log;
  Reasons reasons;
  auto settings = live_projector(database, log, reasons.collect());
  settings.batch_bytes_max = 1'000;
  const Projector projector(settings);
  for (int part = 0; part < 5; ++part) {
    story.tell(log, 0.2 * part, part == 4 ? 1 : 0.2 * (part + 1));
    (void)database.kill_connections();
  }
  CHECK(eventually([&] { return has_caught_up(projector, log); }));
  CHECK(checksums_of(database, "read") == expected_of(database, story));
  CHECK(reasons.get().empty());
}

TEST_CASE("a projector that starts after the read model was dropped makes the same rows") {
  const TemporaryDatabase database;
  const Story story({.seed = 24});
  log::InMemoryLog log;
  story.tell(log);
  Reasons reasons;
  std::vector<projections::TableChecksum> before;
  {
    const Projector projector(live_projector(database, log, reasons.collect()));
    CHECK(eventually([&] { return has_caught_up(projector, log); }));
    before = checksums_of(database, "read");
  }
  must(database.connect().run_script("drop schema read cascade"));
  const Projector projector(live_projector(database, log, reasons.collect()));
  CHECK(eventually([&] { return has_caught_up(projector, log); }));
  CHECK(checksums_of(database, "read") == before);
}

TEST_CASE("tables of another version are refused, and the reason says what to do") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(projections::set_up_read_model(connection));
  must(connection.run_script("update read.schema_version set version = 999"));
  log::InMemoryLog log;
  Reasons reasons;
  const Projector projector(live_projector(database, log, reasons.collect()));
  CHECK(eventually([&] { return reasons.get().size() == projections::read_model().lanes.size(); }));
  for (const auto& text : reasons.get()) CHECK_THAT(text, Catch::Contains("ordo projections rebuild"));
}

TEST_CASE("rows of events that the log does not have are refused") {
  const TemporaryDatabase database;
  const Story story({.seed = 25});
  project(database, story, "read");
  log::InMemoryLog log;
  Reasons reasons;
  const Projector projector(live_projector(database, log, reasons.collect()));
  CHECK(eventually([&] { return !reasons.get().empty(); }));
  CHECK_THAT(reasons.get().front(), Catch::Contains("the log was replaced or restored"));
}

TEST_CASE("a server that knows of too little for a moment stops no lane") {
  const TemporaryDatabase database;
  const Story story({.seed = 25});
  project(database, story, "read");
  log::InMemoryLog log;
  story.tell(log);
  const int lanes = static_cast<int>(projections::read_model().lanes.size());
  log::HesitantLog hesitant(log, 2 * lanes);
  Reasons reasons;
  const Projector projector(live_projector(database, hesitant, reasons.collect()));
  CHECK(eventually([&] { return hesitant.asked > 2 * lanes && has_caught_up(projector, log); }));
  CHECK(reasons.get().empty());
  CHECK(checksums_of(database, "read") == expected_of(database, story));
}

TEST_CASE("an event that cannot be read stops its lane and no other") {
  const TemporaryDatabase database;
  const Story story({.seed = 26});
  log::InMemoryLog log;
  Reasons reasons;
  log.append({{log::StreamKind::notifications, 0}, "notifications.sent.0", "no run at all", {}}, [](const auto&) {});
  const Projector projector(live_projector(database, log, reasons.collect()));
  CHECK(eventually([&] { return reasons.get().size() == 1; }));
  CHECK_THAT(reasons.get().front(), Catch::Contains("NOTIFICATIONS-0@1"));
  const auto orders = story.messages({log::StreamKind::orders, 0});
  log.append({{log::StreamKind::orders, 0}, orders[0].subject, orders[0].payload, {}}, [](const auto&) {});
  CHECK(eventually([&] { return projector.reached().at("orders")[{log::StreamKind::orders, 0}] == 1; }));
}
