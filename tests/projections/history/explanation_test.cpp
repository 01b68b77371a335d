#include <catch2/catch.hpp>

#include "projections/history/explanation.hpp"
#include "tests/projections/history/told_events.hpp"
#include "tests/projections/story.hpp"
#include "tests/projections/verification/audited_story.hpp"

using namespace ordo;
using namespace ordo::tests;
using log::StreamKind;
using projections::Explanation;

namespace {

struct Line {
  std::string text;
  friend bool operator==(const Line&, const Line&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Line& line) { return out << line.text; }
};

// "  PaymentProcessed.v1 BILLING-0@3.0 +2 waits for orders"
std::vector<Line> drawn(const Explanation& explanation) {
  std::vector<Line> lines;
  projections::for_each_step(explanation, [&](const projections::Step& step, std::size_t depth) {
    auto line = std::string(2 * depth, ' ') + step.event.event.payload.type + ' ' + log::text(step.event.at);
    if (step.took_ms) line += " +" + std::to_string(*step.took_ms);
    if (!step.waits_for.empty()) line += " waits for " + step.waits_for;
    lines.push_back({std::move(line)});
  });
  return lines;
}

// Of the first so many events, counted in the order of the story.
std::string who_is_next(const AuditedStory& story, OrderId order, std::initializer_list<log::StreamPosition> places) {
  log::InMemoryLog log;
  story.tell(log);
  auto events = events_of_order(log, order);
  std::erase_if(events, [&](const auto& logged) { return std::ranges::find(places, logged.at) == places.end(); });
  REQUIRE(events.size() == places.size());
  std::string next;
  projections::for_each_step(projections::explain(order, std::move(events)), [&](const auto& step, std::size_t) {
    next += step.waits_for;
  });
  return next;
}

}  // namespace

TEST_CASE("an explanation hangs every event from its cause, with the time that each step took") {
  AuditedStory story;
  story.event(StreamKind::commands, 2).time = {100};
  story.event(StreamKind::orders, 1).time = {103};
  story.event(StreamKind::billing, 3).time = {105};
  story.event(StreamKind::orders, 2).time = {104};
  story.event(StreamKind::notifications, 1).time = {110};
  story.event(StreamKind::notifications, 2).time = {200};
  log::InMemoryLog log;
  story.tell(log);
  const auto explanation = projections::explain(story.paid, events_of_order(log, story.paid));
  CHECK(explanation.user_id == story.user);
  CHECK(explanation.took_ms == 100);
  CHECK(drawn(explanation) == std::vector<Line>{{"OrderCreateRequested.v1 COMMANDS-0@2.0"},
                                                {"  OrderPending.v1 ORDERS-0@1.0 +3"},
                                                {"    PaymentProcessed.v1 BILLING-0@3.0 +2"},
                                                {"      OrderUpdateMessage.v1 ORDERS-0@2.0 +-1"},
                                                {"        NotificationFailed.v1 NOTIFICATIONS-0@1.0 +6"},
                                                {"        NotificationSent.v1 NOTIFICATIONS-0@2.0 +96"}});
}

TEST_CASE("an explanation says who is to go on with what has stopped half way") {
  const AuditedStory story;
  const auto asked = at(StreamKind::commands, 2), pending = at(StreamKind::orders, 1), charged = at(StreamKind::billing, 3);
  const auto paid = at(StreamKind::orders, 2), failed = at(StreamKind::notifications, 1), sent = at(StreamKind::notifications, 2);
  const auto next = [&](std::initializer_list<log::StreamPosition> places) { return who_is_next(story, story.paid, places); };
  CHECK(next({asked}) == "orders");
  CHECK(next({asked, pending}) == "billing");
  CHECK(next({asked, pending, charged}) == "orders");
  CHECK(next({asked, pending, charged, paid}) == "notifications");
  CHECK(next({asked, pending, charged, paid, failed}) == "notifications");
  CHECK(next({asked, pending, charged, paid, failed, sent}).empty());
}

TEST_CASE("a paid order that is cancelled waits for its refund, and a refund for the order") {
  AuditedStory story;
  const orders::Purchase known{story.paid, story.user, {}, {}, {}};
  const auto payment = billing::payment_operation_of(story.paid);
  const orders::OrderCancelRequested command{story.paid, story.user, id_of<CancellationId>(7)};
  const auto asked = story.put(StreamKind::commands, orders::encode(command));
  const orders::OrderUpdateMessage cancelled{known, {}, orders::Status::cancelled, payment, orders::CancelReason::requested, 4,
                                             orders::Cancellation{id_of<CancellationId>(7), {5}}};
  const auto update = story.put(StreamKind::orders, orders::encode(orders::Event(cancelled)), asked);
  const auto next = [&] {
    log::InMemoryLog log;
    story.tell(log);
    std::string all;
    projections::for_each_step(projections::explain(story.paid, events_of_order(log, story.paid)),
                               [&](const auto& step, std::size_t) { all += step.waits_for; });
    return all;
  };
  CHECK(next() == "billing");
  const billing::PaymentRefunded refund{story.paid, story.user, billing::refund_operation_of(story.paid), payment, {300, kEuro}, 1'000};
  const auto refunded = story.put(StreamKind::billing, billing::encode(billing::Event(refund)), update);
  CHECK(next() == "orders");
  const orders::Purchase back{story.paid, story.user, {}, {300, kEuro}, {}};
  const orders::OrderUpdateMessage over{back, {}, orders::Status::refunded, payment, {}, 5};
  story.put(StreamKind::orders, orders::encode(orders::Event(over)), refunded);
  CHECK(next() == "notifications");
}

TEST_CASE("what is parked waits for an operator until it is released, first in first out") {
  AuditedStory story;
  const auto order = id_of<OrderId>(40);
  const log::Key key{story.user, order};
  const orders::Purchase purchase{order, story.user, {{"tea", "Green tea", 1, 5}}, {5, kEuro}, {}};
  const auto asked = story.put(StreamKind::commands, orders::encode(orders::OrderCreateRequested{purchase}));
  story.park(StreamKind::orders, asked, key, parking::Fault{"it is broken", 3, {10}, {20}});
  const orders::OrderCancelRequested regret{order, story.user, id_of<CancellationId>(41)};
  const auto cancel = story.put(StreamKind::commands, orders::encode(regret));
  story.park(StreamKind::orders, cancel, key);
  const auto lines = [&] {
    log::InMemoryLog log;
    story.tell(log);
    return drawn(projections::explain(order, events_of_order(log, order)));
  };
  CHECK(lines() == std::vector<Line>{{"OrderCreateRequested.v1 COMMANDS-0@4.0"},
                                     {"  InputParked.v1 ORDERS-0@5.0 +0 waits for an operator"},
                                     {"OrderCancelRequested.v1 COMMANDS-0@5.0"},
                                     {"  InputParked.v1 ORDERS-0@6.0 +0 waits for an operator"}});
  story.put(StreamKind::orders, orders::encode(orders::Event(orders::OrderPending{purchase, {5}})), asked);
  story.release(StreamKind::orders, {.key = key, .decided = 1, .left = 1});
  CHECK(lines() == std::vector<Line>{{"OrderCreateRequested.v1 COMMANDS-0@4.0"},
                                     {"  InputParked.v1 ORDERS-0@5.0 +0"},
                                     {"  OrderPending.v1 ORDERS-0@7.0 +0 waits for billing"},
                                     {"OrderCancelRequested.v1 COMMANDS-0@5.0"},
                                     {"  InputParked.v1 ORDERS-0@6.0 +0 waits for an operator"},
                                     {"ReleaseRequested.v1 OPERATIONS-0@1.0"},
                                     {"  ParkedReleased.v1 ORDERS-0@8.0 +0"}});
}

TEST_CASE("an event that this version cannot read is shown all the same") {
  AuditedStory story;
  auto& unknown = story.event(StreamKind::commands, 2);
  unknown.payload = {"OrderPainted.v9", "?"};
  unknown.trace.key = log::Key{story.user, story.paid};
  log::InMemoryLog log;
  story.tell(log);
  const auto explanation = projections::explain(story.paid, events_of_order(log, story.paid));
  CHECK(explanation.requests.front().summary == "OrderPainted.v9 is unknown to this version");
  CHECK(explanation.user_id == story.user);
}

TEST_CASE("every event of every order has its place in its explanation") {
  const Story story({.seed = 74, .partitions = 2});
  log::InMemoryLog log;
  story.tell(log);
  for (const auto& purchase : story.purchases()) {
    auto events = events_of_order(log, purchase.order_id, 2);
    std::vector<log::LoggedEvent> explained;
    const auto explanation = projections::explain(purchase.order_id, events);
    projections::for_each_step(explanation, [&](const projections::Step& step, std::size_t depth) {
      CHECK((depth == 0) == !step.event.event.cause.has_value());
      CHECK_FALSE(step.summary.empty());
      explained.push_back(step.event);
    });
    CHECK(log::in_causal_order(explained) == events);
  }
}
