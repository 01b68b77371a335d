#include <catch2/catch.hpp>

#include "projections/orders/timeline_rows.hpp"
#include "tests/projections/envelope.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::TimelineRow;
using projections::TimelineRows;

namespace {

const OrderId kOrder = id_of<OrderId>(1);
const UserId kUser = id_of<UserId>(2);
const orders::Purchase kPurchase{kOrder, kUser, {{"tea", "", 2, 150}}, {300, kEuro}, {}};
const log::Cause kCommand{log::StreamKind::commands, {5, 1}, id_of<EventId>(4)};

}  // namespace

TEST_CASE("OrderPending makes two timeline rows: its own, and the one of the command that led to it") {
  TimelineRows rows("read");
  rows.add(at(log::StreamKind::orders, 7, 2), envelope("OrderPending.v1", 1'001, kCommand), orders::OrderPending{kPurchase, {1'000}});
  REQUIRE(rows.rows().size() == 2);
  CHECK(rows.rows()[0] ==
        TimelineRow{kOrder, kUser, at(log::StreamKind::orders, 7, 2), "OrderPending.v1", id_of<EventId>(99), kCommand, "request-1",
                    id_of<UserId>(1), {1'001},
                    R"({"status":"PENDING","version":2,"total":300,"currency":"EUR","requested_at":"1970-01-01T00:00:01.000Z"})"});
  CHECK(rows.rows()[1] ==
        TimelineRow{kOrder, kUser, at(log::StreamKind::commands, 5, 1), "OrderCreateRequested.v1", id_of<EventId>(4), {}, "request-1",
                    id_of<UserId>(1), {1'000},
                    R"({"items":[{"sku":"tea","quantity":2,"unit_price":150}],"total":300,"currency":"EUR"})"});
}

TEST_CASE("a payment tells its operation or why there is none") {
  const auto data_of = [](const billing::PaymentProcessed& payment) {
    TimelineRows rows("read");
    rows.add(at(log::StreamKind::billing, 1), envelope("PaymentProcessed.v1", 1'000), payment);
    return rows.rows().at(0).data;
  };
  CHECK(data_of({kOrder, kUser, id_of<OperationId>(3), {300, kEuro}, 50}) ==
        R"({"paid":true,"operation_id":"00000000-0000-0000-8000-000000000003","amount":300,"currency":"EUR","balance_after":50})");
  CHECK(data_of({kOrder, kUser, billing::Refusal::insufficient_funds, {300, kEuro}, 50}) ==
        R"({"paid":false,"reason":"INSUFFICIENT_FUNDS","amount":300,"currency":"EUR","balance_after":50})");
  CHECK(data_of({kOrder, kUser, billing::Refusal::no_account, {300, kEuro}, 0}) ==
        R"({"paid":false,"reason":"NO_ACCOUNT","amount":300,"currency":"EUR"})");
}

TEST_CASE("a change of status tells what it is now and why") {
  TimelineRows rows("read");
  rows.add(at(log::StreamKind::orders, 1), envelope("OrderUpdateMessage.v1", 1'000),
           orders::OrderUpdateMessage{kPurchase, {}, orders::Status::cancelled, {}, orders::CancelReason::insufficient_funds, 3});
  CHECK(rows.rows().at(0).data == R"({"status":"CANCELLED","version":3,"reason":"INSUFFICIENT_FUNDS","total":300,"currency":"EUR"})");
}

TEST_CASE("a cancellation makes two timeline rows: its own, and the one of the command that led to it") {
  TimelineRows rows("read");
  const orders::OrderUpdateMessage cancelled{{kOrder, kUser, {}, {}, {}}, {}, orders::Status::cancelled, id_of<OperationId>(3),
                                             orders::CancelReason::requested, 4,
                                             orders::Cancellation{id_of<CancellationId>(6), {2'000}}};
  rows.add(at(log::StreamKind::orders, 9), envelope("OrderUpdateMessage.v1", 2'001, kCommand), cancelled);
  REQUIRE(rows.rows().size() == 2);
  CHECK(rows.rows()[0].data ==
        R"({"status":"CANCELLED","version":4,"payment_operation_id":"00000000-0000-0000-8000-000000000003","reason":"REQUESTED"})");
  CHECK(rows.rows()[1] ==
        TimelineRow{kOrder, kUser, at(log::StreamKind::commands, 5, 1), "OrderCancelRequested.v1", id_of<EventId>(4), {}, "request-1",
                    id_of<UserId>(1), {2'000},
                    R"({"order_id":"00000000-0000-0000-8000-000000000001","cancellation_id":"00000000-0000-0000-8000-000000000006"})"});
}

TEST_CASE("a refund tells what it reverses and what the wallet holds then") {
  TimelineRows rows("read");
  rows.add(at(log::StreamKind::billing, 1), envelope("PaymentRefunded.v1", 1'000),
           billing::PaymentRefunded{kOrder, kUser, id_of<OperationId>(7), id_of<OperationId>(3), {300, kEuro}, 350});
  CHECK(rows.rows().at(0).data ==
        R"({"operation_id":"00000000-0000-0000-8000-000000000007","amount":300,"currency":"EUR",)"
        R"("payment_operation_id":"00000000-0000-0000-8000-000000000003","balance_after":350})");
}

TEST_CASE("letters stand in the timeline of their order, sent or not") {
  using namespace notifications;
  TimelineRows rows("read");
  const auto letter = id_of<NotificationId>(5);
  rows.add(at(log::StreamKind::notifications, 1), envelope("NotificationFailed.v1", 1'000),
           NotificationFailed{letter, kOrder, kUser, Channel::email, Kind::grief, 1, "refused", Timestamp{2'000}, {}});
  rows.add(at(log::StreamKind::notifications, 2), envelope("NotificationSent.v1", 2'000),
           NotificationSent{letter, kOrder, kUser, Channel::email, Kind::grief, Locale::russian, 1, 2});
  REQUIRE(rows.rows().size() == 2);
  CHECK(rows.rows()[0].data ==
        R"({"notification_id":"00000000-0000-0000-8000-000000000005","channel":"email","kind":"letter_of_grief","attempts":1,)"
        R"("reason":"refused","next_attempt_at":"1970-01-01T00:00:02.000Z"})");
  CHECK(rows.rows()[1].data ==
        R"({"notification_id":"00000000-0000-0000-8000-000000000005","channel":"email","kind":"letter_of_grief","locale":"ru",)"
        R"("template_version":1,"attempts":2})");
}

TEST_CASE("an input that was parked is told in general, without what an operator sees") {
  TimelineRows rows("read");
  auto input = envelope("OrderPainted.v1", 900);
  input.trace.key = log::Key{kUser, kOrder};
  const parking::Fault fault{"event type OrderPainted.v1 is unknown to this version", 3, {950}, {990}};
  rows.add(at(log::StreamKind::billing, 7), envelope("InputParked.v1", 1'000, kCommand), parking::InputParked{{kUser, kOrder}, input, fault});
  rows.add(at(log::StreamKind::billing, 8), envelope("InputParked.v1", 1'001, kCommand), parking::InputParked{{kUser, std::nullopt}, input, {}});
  rows.add(at(log::StreamKind::billing, 9), envelope("ParkedReleased.v1", 1'002),
           parking::ParkedReleased{.key = {kUser, kOrder}, .discarded = 1, .decided = 2, .left = 3, .fault = fault});
  REQUIRE(rows.rows().size() == 3);
  CHECK(rows.rows()[0] == TimelineRow{kOrder, kUser, at(log::StreamKind::billing, 7), "InputParked.v1", id_of<EventId>(99), kCommand,
                                      "request-1", id_of<UserId>(1), {1'000},
                                      R"({"input":"OrderPainted.v1","reason":"it could not be decided, and waits for an operator"})"});
  CHECK(rows.rows()[1].data == R"({"input":"OrderPainted.v1","reason":"it waits behind an earlier event"})");
  CHECK(rows.rows()[2].data == R"({"decided":2,"discarded":1,"left":3})");
}

TEST_CASE("what is parked of a user's, and of no order, is in no order's timeline") {
  TimelineRows rows("read");
  auto input = envelope("TopUpPainted.v1", 900);
  input.trace.key = log::Key{kUser, std::nullopt};
  rows.add(at(log::StreamKind::billing, 7), envelope("InputParked.v1", 1'000), parking::InputParked{{kUser, std::nullopt}, input, {}});
  rows.add(at(log::StreamKind::billing, 8), envelope("ParkedReleased.v1", 1'000), parking::ParkedReleased{.key = {kUser, std::nullopt}});
  CHECK(rows.rows().empty());
}
