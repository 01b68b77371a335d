#include <catch2/catch.hpp>

#include "events/orders/events.hpp"
#include "events/orders/v1/orders.pb.h"
#include "tests/events/payloads.hpp"
#include "tests/golden/golden.hpp"

namespace ordo::orders {
namespace {

Purchase tea_and_cups() {
  return {id_of<OrderId>(1),
          id_of<UserId>(2),
          {{"TEA-1", "Чай «Ассам»", 2, 450}, {"CUP-7", "", 1, 1200}},
          {2100, kEuro},
          fingerprint_of(3)};
}

OrderPending pending() { return {tea_and_cups(), {1'767'225'600'123}}; }

OrderUpdateMessage paid() {
  return {tea_and_cups(), {1'767'225'600'123}, Status::paid, id_of<OperationId>(4), std::nullopt, 3};
}

OrderUpdateMessage cancelled() {
  return {tea_and_cups(), {1'767'225'600'123}, Status::cancelled, std::nullopt, CancelReason::insufficient_funds, 3};
}

const Cancellation kCancellation{id_of<CancellationId>(5), {1'767'225'700'456}};

OrderUpdateMessage cancelled_while_pending() {
  return {tea_and_cups(), {1'767'225'600'123}, Status::cancelled, std::nullopt, CancelReason::requested, 3, kCancellation};
}

OrderUpdateMessage cancelled_when_paid() {
  const Purchase ids{id_of<OrderId>(1), id_of<UserId>(2), {}, {}, {}};
  return {ids, {}, Status::cancelled, id_of<OperationId>(4), CancelReason::requested, 4, kCancellation};
}

OrderUpdateMessage refunded() {
  const Purchase known{id_of<OrderId>(1), id_of<UserId>(2), {}, {2100, kEuro}, {}};
  return {known, {}, Status::refunded, id_of<OperationId>(4), std::nullopt, 5};
}

void require_damaged(const Result<Event>& decoded, const std::string& field) {
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().kind == FailureKind::corrupt);
  CHECK_THAT(decoded.error().text, Catch::EndsWith("has no valid " + field));
}

template <class Change>
void require_pending_damaged_by(const std::string& field, Change change) {
  require_damaged(decode(changed<v1::OrderPending>(encode(Event(pending())), change)), field);
}

template <class Change>
void require_update_damaged_by(const std::string& field, const OrderUpdateMessage& update, Change change) {
  require_damaged(decode(changed<v1::OrderUpdateMessage>(encode(Event(update)), change)), field);
}

}  // namespace

TEST_CASE("an OrderCreateRequested of version 1 reads and writes as it always did") {
  const OrderCreateRequested command{tea_and_cups()};
  const auto stored = golden::payload("orders", encode(command));
  CHECK(encode(command) == stored);
  CHECK(decode_command(stored).value() == std::optional<Command>(command));
}

TEST_CASE("an OrderCancelRequested of version 1 reads and writes as it always did") {
  const OrderCancelRequested command{id_of<OrderId>(1), id_of<UserId>(2), id_of<CancellationId>(5)};
  const auto stored = golden::payload("orders", encode(command));
  CHECK(encode(command) == stored);
  CHECK(decode_command(stored).value() == std::optional<Command>(command));
  CHECK(decode_command(with_unknown_field(stored)).value() == std::optional<Command>(command));
  for (const auto& spoil : {+[](v1::OrderCancelRequested& message) { message.clear_order_id(); },
                            +[](v1::OrderCancelRequested& message) { message.set_user_id("short"); },
                            +[](v1::OrderCancelRequested& message) { message.clear_cancellation_id(); }}) {
    CHECK_FALSE(decode_command(changed<v1::OrderCancelRequested>(stored, spoil)));
  }
}

TEST_CASE("the order events of version 1 read and write as they always did") {
  const auto [event, variant] = GENERATE(table<Event, std::string>(
      {{pending(), ""}, {paid(), ".paid"}, {cancelled(), ".cancelled"},
       {cancelled_while_pending(), ".cancelled_while_pending"}, {cancelled_when_paid(), ".cancelled_when_paid"},
       {refunded(), ".refunded"}}));
  const auto stored = golden::payload("orders", encode(event), variant);
  CHECK(encode(event) == stored);
  CHECK(decode(stored) == event);
}

TEST_CASE("an order event with a field of a newer version is read") {
  for (const Event& event : {Event(pending()), Event(paid()), Event(cancelled()), Event(cancelled_while_pending()),
                             Event(cancelled_when_paid()), Event(refunded())}) {
    CHECK(decode(with_unknown_field(encode(event))) == event);
  }
}

TEST_CASE("an order event type that nobody knows is refused by name") {
  const auto decoded = decode({"OrderPending.v2", ""});
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().kind == FailureKind::corrupt);
  CHECK_THAT(decoded.error().text, Catch::Contains("OrderPending.v2"));
  CHECK_FALSE(decode(encode(OrderCreateRequested{tea_and_cups()})));  // a command is no event
}

TEST_CASE("orders passes over the commands that are billing's, and over no others") {
  CHECK(decode_command({"AccountRequested.v1", "whatever"}).value() == std::optional<Command>());
  CHECK(decode_command({"TopUpRequested.v1", "whatever"}).value() == std::optional<Command>());
  CHECK_FALSE(decode_command({"OrderCreateRequested.v2", ""}));
  CHECK_FALSE(decode_command({"OrderPending.v1", ""}));
}

TEST_CASE("bytes that are no Protobuf message are refused") {
  CHECK_FALSE(decode({"OrderPending.v1", "\xFF\xFF\xFF"}));
  CHECK_FALSE(decode({"OrderUpdateMessage.v1", "\x0A\x7F"}));
  CHECK_FALSE(decode_command({"OrderCreateRequested.v1", "\x0A\x7F"}));
}

TEST_CASE("a payload cut short anywhere never reads as the event that it was") {
  auto event = pending();
  event.purchase.items[0].name = "Assam";  // Protobuf complains on stderr about every character that is cut in two
  const auto whole = encode(Event(event));
  for (std::size_t size = 0; size < whole.bytes.size(); ++size) {
    // What was cut may be the last field alone: then the rest is a message, but not the same event.
    CHECK_FALSE(decode({whole.type, whole.bytes.substr(0, size)}) == Event(event));
  }
}

TEST_CASE("an order event without what its struct promises is refused, and the field is named") {
  require_pending_damaged_by("order_id", [](auto& message) { message.set_order_id("short"); });
  require_pending_damaged_by("order_id", [](auto& message) { message.set_order_id(std::string(16, '\0')); });
  require_pending_damaged_by("user_id", [](auto& message) { message.clear_user_id(); });
  require_pending_damaged_by("items", [](auto& message) { message.clear_items(); });
  require_pending_damaged_by("items", [](auto& message) {
    while (message.items_size() <= static_cast<int>(kItemsMax)) *message.add_items() = message.items(0);
  });
  require_pending_damaged_by("sku", [](auto& message) { message.mutable_items(1)->clear_sku(); });
  require_pending_damaged_by("sku", [](auto& message) { message.mutable_items(0)->set_sku(std::string(65, 's')); });
  require_pending_damaged_by("name", [](auto& message) { message.mutable_items(0)->set_name(std::string(201, 'n')); });
  require_pending_damaged_by("quantity", [](auto& message) { message.mutable_items(0)->set_quantity(0); });
  require_pending_damaged_by("quantity", [](auto& message) { message.mutable_items(0)->set_quantity(kQuantityMax + 1); });
  require_pending_damaged_by("unit_price", [](auto& message) { message.mutable_items(0)->set_unit_price(-1); });
  require_pending_damaged_by("total", [](auto& message) { message.set_total(-1); });
  require_pending_damaged_by("total", [](auto& message) { message.set_total(kAmountMax + 1); });
  require_pending_damaged_by("currency", [](auto& message) { message.set_currency("XXX"); });
  require_pending_damaged_by("fingerprint", [](auto& message) { message.set_fingerprint("half"); });
  require_pending_damaged_by("requested_at", [](auto& message) { message.set_requested_at_unix_ms(-1); });
}

TEST_CASE("an order update that contradicts itself is refused") {
  require_update_damaged_by("status", paid(), [](auto& message) { message.clear_status(); });
  require_update_damaged_by("status", paid(), [](auto& message) { message.set_status(v1::STATUS_PENDING); });
  require_update_damaged_by("status", paid(), [](auto& message) { message.set_status(static_cast<v1::Status>(99)); });
  require_update_damaged_by("payment_operation_id", paid(), [](auto& message) { message.clear_payment_operation_id(); });
  require_update_damaged_by("reason", paid(), [](auto& message) { message.set_reason(v1::CANCEL_REASON_NO_ACCOUNT); });
  require_update_damaged_by("reason", cancelled(), [](auto& message) { message.clear_reason(); });
  require_update_damaged_by("reason", cancelled(), [](auto& message) { message.set_reason(static_cast<v1::CancelReason>(99)); });
  require_update_damaged_by("version", cancelled(), [](auto& message) { message.clear_version(); });
}

TEST_CASE("a cancellation or a refund that contradicts itself is refused") {
  require_update_damaged_by("cancellation_id", cancelled_while_pending(), [](auto& message) { message.clear_cancellation_id(); });
  require_update_damaged_by("cancellation_id", cancelled(), [](auto& message) { message.set_cancellation_id(std::string(16, 'c')); });
  require_update_damaged_by("cancel_requested_at", cancelled_when_paid(),
                            [](auto& message) { message.set_cancel_requested_at_unix_ms(-1); });
  require_update_damaged_by("payment_operation_id", cancelled(),
                            [](auto& message) { message.set_payment_operation_id(std::string(16, 'p')); });
  require_update_damaged_by("items", cancelled_when_paid(), [](auto& message) { message.clear_payment_operation_id(); });
  require_update_damaged_by("items", paid(), [](auto& message) { message.clear_items(); });
  require_update_damaged_by("payment_operation_id", refunded(), [](auto& message) { message.clear_payment_operation_id(); });
  require_update_damaged_by("total", refunded(), [](auto& message) { message.clear_currency(); });
  require_update_damaged_by("total", refunded(), [](auto& message) { message.set_total(-1); });
  require_update_damaged_by("reason", refunded(), [](auto& message) { message.set_reason(v1::CANCEL_REASON_NO_ACCOUNT); });
}

TEST_CASE("lengths are counted in characters, not in bytes") {
  auto purchase = tea_and_cups();
  purchase.items[0].sku.clear();
  for (int count = 0; count < 64; ++count) purchase.items[0].sku += "Ж";
  const Event event = OrderPending{purchase, {}};
  CHECK(decode(encode(event)) == event);
}

TEST_CASE("every order event that can be written is read as it was") {
  CHECK(rc::check("a round trip changes nothing", [] {
    Purchase purchase{*any::id<OrderId>(), *any::id<UserId>(), {}, *any::amount(), *any::fingerprint()};
    const auto count = *any::between(1, static_cast<std::int64_t>(kItemsMax));
    for (std::int64_t index = 0; index < count; ++index) {
      purchase.items.push_back({*any::text(1, 64), *any::text(0, 20), *any::between(1, kQuantityMax),
                                *any::between(0, INT64_MAX - 1)});
    }
    const Timestamp requested_at{*any::between(0, 4'102'444'800'000)};
    const auto version = static_cast<std::uint32_t>(*any::between(1, UINT32_MAX));
    const auto operation = *any::id<OperationId>();
    const auto cancellation = *any::id<CancellationId>();
    const Purchase ids{purchase.order_id, purchase.user_id, {}, {}, {}};
    const Purchase refunded{purchase.order_id, purchase.user_id, {}, purchase.total, {}};
    for (const Event& event : {
             Event(OrderPending{purchase, requested_at}),
             Event(OrderUpdateMessage{purchase, requested_at, Status::paid, operation, std::nullopt, version}),
             Event(OrderUpdateMessage{purchase, requested_at, Status::cancelled, std::nullopt,
                                      CancelReason::currency_mismatch, version}),
             Event(OrderUpdateMessage{purchase, requested_at, Status::cancelled, std::nullopt, CancelReason::requested, version,
                                      Cancellation{cancellation, requested_at}}),
             Event(OrderUpdateMessage{ids, {}, Status::cancelled, operation, CancelReason::requested, version,
                                      Cancellation{cancellation, requested_at}}),
             Event(OrderUpdateMessage{refunded, {}, Status::refunded, operation, std::nullopt, version}),
         }) {
      RC_ASSERT(decode(encode(event)) == event);
    }
    const OrderCancelRequested cancel{purchase.order_id, purchase.user_id, cancellation};
    RC_ASSERT(decode_command(encode(cancel)).value() == std::optional<Command>(cancel));
    const OrderCreateRequested command{purchase};
    RC_ASSERT(decode_command(encode(command)).value() == std::optional<Command>(command));
  }));
}

TEST_CASE("bytes of any kind are decoded or refused, never more than that") {
  CHECK(rc::check("decoding noise ends", [](const std::string& noise) {
    for (const auto* type : {"OrderPending.v1", "OrderUpdateMessage.v1"}) {
      if (const auto decoded = decode({type, noise}); decoded) (void)encode(*decoded);
    }
  }));
}

}  // namespace ordo::orders
