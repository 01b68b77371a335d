#include <catch2/catch.hpp>

#include "projections/history/order_state.hpp"
#include "tests/projections/history/told_events.hpp"
#include "tests/projections/verification/audited_story.hpp"

using namespace ordo;
using namespace ordo::tests;

TEST_CASE("an order is what its events have made of it so far") {
  const AuditedStory story;
  log::InMemoryLog log;
  story.tell(log);
  const auto events = events_of_order(log, story.paid);
  const auto after = [&](std::initializer_list<log::StreamPosition> places) {
    auto so_far = events;
    std::erase_if(so_far, [&](const auto& logged) { return std::ranges::find(places, logged.at) == places.end(); });
    return projections::order_after(so_far).value();
  };
  const auto asked = at(log::StreamKind::commands, 2), pending = at(log::StreamKind::orders, 1), charged = at(log::StreamKind::billing, 3),
             paid = at(log::StreamKind::orders, 2);
  CHECK_FALSE(after({}));
  CHECK(after({asked})->status == orders::Status::new_);
  CHECK(after({asked, pending, charged})->status == orders::Status::pending);
  CHECK(after({asked, pending, charged, paid})->status == orders::Status::paid);
  CHECK(after({asked, pending, charged, paid})->version == 3);
}
