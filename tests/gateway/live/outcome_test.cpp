#include <catch2/catch.hpp>

#include <future>

#include "events/billing/events.hpp"
#include "events/log/in_memory_log.hpp"
#include "events/orders/events.hpp"
#include "events/parking/events.hpp"
#include "gateway/live/outcome_feed.hpp"

namespace ordo::live {
namespace {

using namespace std::chrono_literals;

const log::StreamName kOrders{log::StreamKind::orders, 0};
const log::StreamName kBilling{log::StreamKind::billing, 0};
const Currency kEuro = *Currency::parse("EUR");

log::Event stored(log::Payload payload) {
  log::Event event;
  event.id = EventId::random();
  event.payload = std::move(payload);
  event.time = {1'700'000'000'123};
  return event;
}

orders::OrderUpdateMessage update_of(OrderId order) {
  orders::OrderUpdateMessage update;
  update.purchase = {order, UserId::random(), {{"A", "Tea", 2, 50}}, {100, kEuro}, derived_uuid("test", {"f"})};
  update.requested_at = {1'700'000'000'000};
  update.status = orders::Status::paid;
  update.payment_operation_id = billing::payment_operation_of(order);
  update.version = 3;
  return update;
}

}  // namespace

TEST_CASE("what is said about parking is no outcome") {
  const auto user = UserId::random();
  const parking::InputParked parked{{user, OrderId::random()}, stored({"OrderPainted.v1", "?"}), parking::Fault{"unknown", 3, {1}, {2}}};
  for (const auto& stream : {kOrders, kBilling}) {
    for (const auto& event : {parking::Event(parked), parking::Event(parking::ParkedReleased{.key = parked.key, .decided = 1})}) {
      const auto outcomes = outcomes_of(stored(encode(event)), {stream, {5, 2}});
      REQUIRE(outcomes.has_value());
      REQUIRE(outcomes->empty());
    }
  }
}

TEST_CASE("an order's end is told as the read model will show it") {
  const auto order = OrderId::random();
  const auto update = update_of(order);
  auto event = stored(encode(orders::Event(update)));
  event.cause = log::Cause{log::StreamKind::billing, {4, 1}, EventId::random()};
  const auto outcomes = outcomes_of(event, {kOrders, {5, 2}});
  REQUIRE(outcomes.has_value());
  REQUIRE(outcomes->size() == 1);
  const auto& outcome = outcomes->front();
  const auto& view = std::get<orders::OrderView>(outcome.view);
  REQUIRE(view.order_id == order);
  REQUIRE(view.status == "PAID");
  REQUIRE(view.items_json == orders::items_json(update.purchase.items));
  REQUIRE(view.payment_operation_id == update.payment_operation_id);
  REQUIRE(view.created_at == update.requested_at);
  REQUIRE(view.updated_at == Timestamp{1'700'000'000'123});
  REQUIRE(view.version == 3);
  REQUIRE(view.fingerprint == update.purchase.fingerprint);
  REQUIRE(is_final(view));
  REQUIRE(outcome.positions == std::vector<log::StreamPosition>{{kOrders, {5, 2}}, {kBilling, {4, 1}}});
}

TEST_CASE("an order that could not be paid ends for who waits for it and for who waits for its cancellation") {
  auto update = update_of(OrderId::random());
  update.status = orders::Status::cancelled;
  update.payment_operation_id.reset();
  update.reason = orders::CancelReason::no_account;
  const auto outcomes = outcomes_of(stored(encode(orders::Event(update))), {kOrders, {1, 0}});
  REQUIRE(outcomes->size() == 2);
  CHECK(awaited_of(outcomes->at(0)) == Awaited{AwaitedKind::order, update.purchase.order_id.bytes()});
  CHECK(awaited_of(outcomes->at(1)) == Awaited{AwaitedKind::cancellation, update.purchase.order_id.bytes()});
}

TEST_CASE("a paid order's cancellation is over when it is refunded, not before, and is told to nobody who waits for the order") {
  auto update = update_of(OrderId::random());
  update.purchase.items.clear();
  update.status = orders::Status::cancelled;
  update.reason = orders::CancelReason::requested;
  update.cancellation = {CancellationId::random(), {1}};
  CHECK(outcomes_of(stored(encode(orders::Event(update))), {kOrders, {1, 0}})->empty());
  update.status = orders::Status::refunded;
  update.reason.reset();
  update.cancellation.reset();
  const auto outcomes = outcomes_of(stored(encode(orders::Event(update))), {kOrders, {1, 0}});
  REQUIRE(outcomes->size() == 1);
  CHECK(std::get<CancellationOutcome>(outcomes->front().view).order.status == "REFUNDED");
}

TEST_CASE("an outcome names only streams that readers can wait for") {
  auto event = stored(encode(billing::Event(billing::AccountOpened{UserId::random(), kEuro})));
  event.cause = log::Cause{GENERATE(log::StreamKind::users, log::StreamKind::commands), {4, 1}, EventId::random()};
  const auto outcomes = outcomes_of(event, {kBilling, {5, 2}});
  REQUIRE(outcomes->front().positions == std::vector<log::StreamPosition>{{kBilling, {5, 2}}});
}

TEST_CASE("a pending order and a payment are no outcomes; damage is told") {
  const auto update = update_of(OrderId::random());
  const auto pending = outcomes_of(stored(encode(orders::Event(orders::OrderPending{update.purchase, {}}))), {kOrders, {1, 0}});
  REQUIRE(pending->empty());
  const auto payment = outcomes_of(
      stored(encode(billing::Event(billing::PaymentProcessed{update.purchase.order_id, update.purchase.user_id,
                                                             billing::Refusal::no_account, {100, kEuro}, 0}))),
      {kBilling, {1, 0}});
  REQUIRE(payment->empty());
  REQUIRE_FALSE(outcomes_of(stored({"Nonsense.v9", "x"}), {kOrders, {1, 0}}).has_value());
}

TEST_CASE("who else listens hears of every message, whether anybody waits or not") {
  log::InMemoryLog log;
  Waiters waiters;
  std::promise<log::StoredMessage> heard;
  const OutcomeFeed feed(log, waiters, [&](const log::StoredMessage& message) { heard.set_value(message); });
  log.append({{log::StreamKind::commands, 0}, "orders.create.0", "bytes", {}}, [](const auto& settled) { CHECK(settled); });
  auto future = heard.get_future();
  REQUIRE(future.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  CHECK(future.get().payload == "bytes");
}

TEST_CASE("the feed tells who waits, top-ups granted and refused alike, and passes over what it cannot read") {
  log::InMemoryLog log;
  Waiters waiters;
  const OutcomeFeed feed(log, waiters);
  const auto user = UserId::random();
  const auto granted = OperationId::random();
  const auto refused = OperationId::random();
  std::promise<balances::OperationOutcome> promises[2];
  const auto now = std::chrono::steady_clock::now();
  for (int index = 0; index < 2; ++index) {
    const auto id = index == 0 ? granted : refused;
    REQUIRE(waiters.add({AwaitedKind::operation, id.bytes()}, now, now + 30s, [&promises, index](const Outcome* outcome) {
      promises[index].set_value(std::get<balances::OperationOutcome>(outcome->view));
    }));
  }
  const auto append = [&](std::string payload) {
    log.append({kBilling, "billing.topups.0", std::move(payload), std::nullopt}, [](const Result<std::uint64_t>&) {});
  };
  append("no run at all");
  log::Run run;
  run.events.push_back(stored({"Nonsense.v9", "x"}));
  run.events.push_back(stored(encode(billing::Event(billing::AccountToppedUp{granted, user, {10, kEuro}, 30, {}}))));
  run.events.push_back(stored(
      encode(billing::Event(billing::TopUpRefused{refused, user, {10, kEuro}, billing::Refusal::no_account, {}}))));
  append(log::encode_run(run));
  const auto wait_for = [](std::promise<balances::OperationOutcome>& promise) {
    auto future = promise.get_future();
    REQUIRE(future.wait_for(10s) == std::future_status::ready);
    return future.get();
  };
  REQUIRE(wait_for(promises[0]).balance_after == 30);
  const auto told = wait_for(promises[1]);
  REQUIRE(told.refusal == "NO_ACCOUNT");
  REQUIRE_FALSE(told.balance_after);
}

}  // namespace ordo::live
