#include "projections/verification/parked_histories.hpp"
#include "tests/projections/verification/findings.hpp"

using namespace ordo;
using namespace ordo::tests;
using log::StreamKind;

namespace {

const parking::Fault kFault{"event type OrderPainted.v1 is unknown", 3, {10}, {20}};

log::Key key_of(const AuditedStory& story, std::uint8_t order) { return {story.user, id_of<OrderId>(order)}; }

// COMMANDS@4 asks for an order that ORDERS@5 parks, and COMMANDS@5 for its end, which ORDERS@6 parks behind it.
void park_two(AuditedStory& story) {
  const orders::Purchase purchase{id_of<OrderId>(40), story.user, {{"tea", "Green tea", 1, 5}}, {5, kEuro}, {}};
  const auto asked = story.put(StreamKind::commands, orders::encode(orders::OrderCreateRequested{purchase}));
  story.park(StreamKind::orders, asked, key_of(story, 40), kFault);
  const auto cancel = story.put(StreamKind::commands,
                                orders::encode(orders::OrderCancelRequested{purchase.order_id, story.user, id_of<CancellationId>(41)}));
  story.park(StreamKind::orders, cancel, key_of(story, 40));
}

void require_broken_parking(const std::string& where, const std::string& rule, const std::function<void(AuditedStory&)>& break_it) {
  require_broken(where, rule, [&](AuditedStory& story) {
    park_two(story);
    break_it(story);
  });
}

}  // namespace

TEST_CASE("inputs that are parked are sound, and counted") {
  AuditedStory story;
  park_two(story);
  const auto check = story.audit();
  CHECK_FALSE(check.finding);
  CHECK(check.detail == "2 inputs are parked");
}

TEST_CASE("what was parked and is released is parked no more, and may be decided late") {
  AuditedStory story;
  park_two(story);
  const orders::Purchase purchase{id_of<OrderId>(40), story.user, {{"tea", "Green tea", 1, 5}}, {5, kEuro}, {}};
  story.put(StreamKind::orders, orders::encode(orders::Event(orders::OrderPending{purchase, {5}})), story.cause(StreamKind::commands, 4));
  story.release(StreamKind::orders, {.key = key_of(story, 40), .decided = 1, .left = 1, .fault = kFault});
  const auto half = story.audit();
  CHECK_FALSE(half.finding);
  CHECK(half.detail == "1 inputs are parked");
  story.release(StreamKind::orders, {.key = key_of(story, 40), .discarded = 1});
  const auto whole = story.audit();
  CHECK_FALSE(whole.finding);
  CHECK(whole.detail.empty());
}

TEST_CASE("an event that this version cannot read is sound when its reader has parked it, and so is what follows of its user") {
  AuditedStory story;
  auto& unknown = story.event(StreamKind::orders, 4);
  unknown.payload.type = "OrderPainted.v1";
  story.park(StreamKind::notifications, story.cause(StreamKind::orders, 4), key_of(story, 3), kFault);
  story.repeat(StreamKind::orders, 1);
  story.event(StreamKind::orders, 5).trace.key = key_of(story, 2);
  // The letter that is there was sent by somebody who could read it.
  story.event(StreamKind::notifications, 3).trace.key = key_of(story, 3);
  const auto check = story.audit();
  INFO((check.finding ? check.finding->where + ": " + check.finding->rule + ", found " + check.finding->found : ""));
  CHECK_FALSE(check.finding);
  CHECK(check.detail == "1 inputs are parked; 1 users are looked at only up to an event that this version cannot read");
}

TEST_CASE("an event with a key that nobody can read and nobody has parked is found") {
  require_broken("ORDERS-0@4.0", "every event can be read", [](auto& story) {
    auto& event = story.event(StreamKind::orders, 4);
    event.payload.type = "OrderPainted.v1";
    event.trace.key = key_of(story, 3);
    story.event(StreamKind::notifications, 3).trace.key = key_of(story, 3);
  });
}

TEST_CASE("a parked input that is not the event at its place is found") {
  constexpr auto kRule = "a parked input is the event that stands where it says";
  require_broken_parking("ORDERS-0@5.0", kRule, [](auto& story) { story.event(StreamKind::commands, 4).id = id_of<EventId>(77); });
  require_broken_parking("ORDERS-0@5.0", kRule, [](auto& story) { story.event(StreamKind::orders, 5).cause->position.sequence = 3; });
}

TEST_CASE("an input that is parked untried without one that failed is found") {
  require_broken("ORDERS-0@5.0", "an input that did not fail is parked behind one that did",
                 [](auto& story) { story.park(StreamKind::orders, story.cause(StreamKind::commands, 3), key_of(story, 3)); });
}

TEST_CASE("an input that is tried although its key is parked is found") {
  require_broken_parking("ORDERS-0@7.0", "whatever has a key that is parked is parked untried",
                         [](auto& story) { story.park(StreamKind::orders, story.cause(StreamKind::commands, 4), key_of(story, 40), kFault); });
}

TEST_CASE("an input that is parked under a key of somebody else's is found") {
  require_broken("ORDERS-0@5.0", "an input is parked under its key, or behind its user's", [](auto& story) {
    story.event(StreamKind::commands, 3).trace.key = key_of(story, 3);
    story.park(StreamKind::orders, story.cause(StreamKind::commands, 3), key_of(story, 9), kFault);
  });
}

TEST_CASE("a release of more or fewer inputs than are parked is found") {
  constexpr auto kRule = "of the inputs that are parked under a key each is decided, discarded or left";
  require_broken_parking("ORDERS-0@7.0", kRule, [](auto& story) { story.release(StreamKind::orders, {.key = key_of(story, 40), .decided = 3}); });
  require_broken_parking("ORDERS-0@7.0", kRule, [](auto& story) { story.release(StreamKind::orders, {.key = key_of(story, 40), .decided = 1}); });
}

TEST_CASE("a release that nobody asked for is found") {
  require_broken_parking("ORDERS-0@7.0", "what Ordo decides names its cause", [](auto& story) {
    story.release(StreamKind::orders, {.key = key_of(story, 40), .decided = 2});
    story.event(StreamKind::orders, 7).cause.reset();
  });
}
