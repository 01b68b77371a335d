#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "projections/history/moment.hpp"
#include "projections/history/wallet_state.hpp"
#include "tests/projections/story.hpp"
#include "tests/projections/verification/audited_story.hpp"

using namespace ordo;
using namespace ordo::tests;

namespace {

std::vector<log::LoggedEvent> events_of_wallet(log::EventLog& log, UserId user, log::Partition partitions) {
  projections::Progress progress({});
  return projections::wallet_events({log, partitions, {}}, user, progress).value();
}

}  // namespace

TEST_CASE("a wallet folded from the log holds what its user was left with") {
  const Story story({.seed = 81, .partitions = 2});
  log::InMemoryLog log;
  story.tell(log);
  for (const auto& [user, balance] : story.balances()) {
    const auto events = events_of_wallet(log, user, 2);
    const auto state = projections::wallet_after(events).value();
    REQUIRE(state.balance);
    CHECK(state.balance->balance.minor == balance);
    for (const auto& operation : state.operations) CHECK(operation.user_id == user);
  }
}

TEST_CASE("a wallet was what its events had made of it by then") {
  const AuditedStory story;
  log::InMemoryLog log;
  story.tell(log);
  const auto events = events_of_wallet(log, story.user, 1);
  const auto at_place = [&](std::uint64_t sequence) {
    const auto moment = projections::Moment::at(log, {at(log::StreamKind::billing, sequence)}).value();
    return projections::wallet_after(projections::events_until(moment, events)).value();
  };
  CHECK(at_place(1).balance->balance.minor == 0);
  CHECK(at_place(2).balance->balance.minor == 1'000);
  CHECK(at_place(3).balance->balance.minor == 700);
  CHECK(at_place(3).balance->changes == 3);
  CHECK(at_place(4).operations.size() == 2);
  CHECK_FALSE(projections::wallet_after({}).value().balance);
}

TEST_CASE("of a stranger billing has said nothing") {
  log::InMemoryLog log;
  AuditedStory().tell(log);
  CHECK(events_of_wallet(log, id_of<UserId>(200), 1).empty());
}
