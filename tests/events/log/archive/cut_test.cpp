#include "events/log/archive/cut.hpp"

#include <catch2/catch.hpp>

#include "tests/events/log/archive/archive_fixture.hpp"

namespace ordo::log::archive {
namespace {

const std::vector<StreamName> kAll{kCommands, kOrders, kBilling};

Cut cut_of(EventLog& log) {
  Cut cut;
  REQUIRE(note_ends(log, kAll, cut));
  return cut;
}

Run decided(Checkpoints all_so_far) { return run_of(1, "decided", std::move(all_so_far)); }

// A command, its order, its payment, the order's next status: each knows those before, of all inputs.
void store_round(EventLog& log, std::uint64_t number) {
  using enum StreamKind;
  store(log, kCommands, run_of(1, "command"));
  store(log, kOrders, decided({{commands, {number, 0}}, {billing, {number - 1, 0}}}));
  store(log, kBilling, decided({{orders, {2 * number - 1, 0}}}));
  store(log, kOrders, decided({{commands, {number, 0}}, {billing, {number, 0}}}));
}

TEST_CASE("a log at rest is cut at its ends") {
  InMemoryLog log;
  for (std::uint64_t number = 1; number <= 3; ++number) store_round(log, number);
  auto cut = cut_of(log);
  const auto ends = cut;
  CHECK(ends == Cut{{kCommands, 3}, {kOrders, 6}, {kBilling, 3}});
  REQUIRE(step_back(log, cut));
  CHECK(cut == ends);
}

TEST_CASE("what refers beyond the cut is left out, and what refers to that") {
  InMemoryLog log;
  for (std::uint64_t number = 1; number <= 3; ++number) store_round(log, number);
  auto cut = cut_of(log);
  SECTION("one command less: its order, its payment and the status that follows go") {
    cut[kCommands] = 2;
    REQUIRE(step_back(log, cut));
    CHECK(cut == Cut{{kCommands, 2}, {kOrders, 4}, {kBilling, 2}});
  }
  SECTION("one payment less: only the status that follows goes") {
    cut[kBilling] = 2;
    REQUIRE(step_back(log, cut));
    CHECK(cut == Cut{{kCommands, 3}, {kOrders, 5}, {kBilling, 2}});
  }
  SECTION("nothing of the inbox: nothing at all") {
    cut[kCommands] = 0;
    REQUIRE(step_back(log, cut));
    CHECK(cut == Cut{{kCommands, 0}, {kOrders, 0}, {kBilling, 0}});
  }
}

TEST_CASE("a cause beyond the cut counts as a checkpoint does") {
  InMemoryLog log;
  store(log, kCommands, run_of(1, "command"));
  auto run = run_of(2, "effect");
  run.events.back().cause = Cause{StreamKind::commands, {2, 0}, EventId::random()};
  store(log, kOrders, run);
  auto cut = cut_of(log);
  REQUIRE(step_back(log, cut));
  CHECK(cut.at(kOrders) == 0);
}

TEST_CASE("what the inbox has forgotten is no reason to step back") {
  InMemoryLog log;
  for (std::uint64_t number = 1; number <= 3; ++number) store_round(log, number);
  log.expire_before(kCommands, 4);
  auto cut = cut_of(log);
  REQUIRE(step_back(log, cut));
  CHECK(cut == Cut{{kCommands, 3}, {kOrders, 6}, {kBilling, 3}});
}

TEST_CASE("other partitions do not count") {
  InMemoryLog log;
  const StreamName elsewhere{StreamKind::orders, 1};
  store(log, elsewhere, decided({{StreamKind::commands, {9, 0}}}));
  Cut cut{{kCommands, 0}, {elsewhere, 1}};
  REQUIRE(step_back(log, cut));
  CHECK(cut.at(elsewhere) == 1);
}

}  // namespace
}  // namespace ordo::log::archive
