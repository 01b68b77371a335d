#include "projections/runtime/shared_projector.hpp"

#include <atomic>

#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "tests/projections/printing.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::SharedProjector;

namespace {

// Two instances of the role on one read model, which share two partitions.
struct Pair {
  explicit Pair(const Story& told) : story(told) {
    auto settings = live_projector(database, log, [this](const Failure&) { ++given_up; });
    settings.batch_bytes_max = 2'000;
    one.emplace(settings);
    other.emplace(settings);
  }

  [[nodiscard]] bool becomes_right() {
    project(database, story, "expected");
    const auto expected = checksums_of(database, "expected");
    return eventually([&] { return checksums_of(database, "read") == expected; }) && given_up == 0;
  }

  const Story& story;
  TemporaryDatabase database;
  log::InMemoryLog log;
  std::atomic<int> given_up = 0;
  std::optional<SharedProjector> one, other;
};

}  // namespace

TEST_CASE("projectors that share the partitions make the rows that one alone makes") {
  const Story story({.seed = 31, .orders = 200});
  Pair pair(story);
  pair.one->serve({0});
  pair.other->serve({1});
  story.tell(pair.log);
  CHECK(pair.becomes_right());
}

TEST_CASE("a projector that serves nothing is ready and writes nothing") {
  const Story story({.seed = 32});
  Pair pair(story);
  pair.one->serve({});
  CHECK(pair.one->ready());
  pair.other->serve({0, 1});
  CHECK(eventually([&] { return pair.other->ready(); }));
  story.tell(pair.log);
  CHECK(pair.becomes_right());
}

TEST_CASE("partitions that move between projectors again and again, and are served by both at times, lose and double nothing") {
  const Story story({.seed = 33, .orders = 300});
  Pair pair(story);
  for (int part = 0; part < 6; ++part) {
    story.tell(pair.log, part / 6.0, part == 5 ? 1 : (part + 1) / 6.0);
    pair.one->serve(part % 2 == 0 ? std::set<log::Partition>{0, 1} : std::set<log::Partition>{0});
    pair.other->serve(part % 3 == 0 ? std::set<log::Partition>{1} : std::set<log::Partition>{0, 1});
    CHECK(eventually([&] { return pair.one->ready() && pair.other->ready(); }));
  }
  CHECK(pair.becomes_right());
}
