#include <algorithm>

#include "events/codec/field_reader.hpp"
#include "events/orders/events.hpp"
#include "events/orders/v1/orders.pb.h"

namespace ordo::orders {
namespace {

using codec::FieldReader;

constexpr std::string_view kOrderCreateRequested = "OrderCreateRequested.v1";
constexpr std::string_view kOrderCancelRequested = "OrderCancelRequested.v1";
constexpr std::string_view kOrderPending = "OrderPending.v1";
constexpr std::string_view kOrderUpdateMessage = "OrderUpdateMessage.v1";
constexpr std::string_view kCommandsOfOthers[] = {"AccountRequested.v1", "TopUpRequested.v1"};

constexpr std::int64_t kSkuCharactersMax = 64;
constexpr std::int64_t kNameCharactersMax = 200;

std::int64_t characters(const std::string& utf8) {
  return std::ranges::count_if(utf8, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

// Every message about an order carries the purchase in fields of the same names.
template <class Message>
void write(const Purchase& purchase, Message& out) {
  out.set_order_id(std::string(purchase.order_id.raw()));
  out.set_user_id(std::string(purchase.user_id.raw()));
  for (const auto& item : purchase.items) {
    auto& written = *out.add_items();
    written.set_sku(item.sku);
    written.set_name(item.name);
    written.set_quantity(item.quantity);
    written.set_unit_price(item.unit_price);
  }
  out.set_currency(std::string(purchase.total.currency.code()));
  out.set_total(purchase.total.minor);
  out.set_fingerprint(log::fingerprint_bytes(purchase.fingerprint));
}

// Of a purchase without items there is no more to say than whose it is, and what it came to where that is known.
void write_without_items(const Purchase& purchase, v1::OrderUpdateMessage& out) {
  out.set_order_id(std::string(purchase.order_id.raw()));
  out.set_user_id(std::string(purchase.user_id.raw()));
  if (!purchase.has_total()) return;
  out.set_currency(std::string(purchase.total.currency.code()));
  out.set_total(purchase.total.minor);
}

Item read(const v1::Item& in, FieldReader& fields) {
  fields.require(!in.sku().empty() && characters(in.sku()) <= kSkuCharactersMax, "sku");
  fields.require(characters(in.name()) <= kNameCharactersMax, "name");
  return {in.sku(), in.name(), fields.between(1, in.quantity(), kQuantityMax, "quantity"),
          fields.not_negative(in.unit_price(), "unit_price")};
}

template <class Message>
Purchase read_purchase(const Message& in, FieldReader& fields) {
  Purchase purchase;
  purchase.order_id = fields.id<OrderId>(in.order_id(), "order_id");
  purchase.user_id = fields.id<UserId>(in.user_id(), "user_id");
  const auto count = static_cast<std::size_t>(in.items_size());
  fields.require(1 <= count && count <= kItemsMax, "items");
  purchase.items.reserve(count);
  for (const auto& item : in.items()) purchase.items.push_back(read(item, fields));
  purchase.total = fields.amount(in.total(), in.currency(), "total");
  purchase.fingerprint = fields.fingerprint(in.fingerprint());
  return purchase;
}

Purchase read_purchase_without_items(const v1::OrderUpdateMessage& in, FieldReader& fields) {
  Purchase purchase;
  purchase.order_id = fields.id<OrderId>(in.order_id(), "order_id");
  purchase.user_id = fields.id<UserId>(in.user_id(), "user_id");
  if (!in.currency().empty()) purchase.total = fields.amount(in.total(), in.currency(), "total");
  return purchase;
}

log::Payload encode(const OrderPending& event) {
  v1::OrderPending out;
  write(event.purchase, out);
  out.set_requested_at_unix_ms(event.requested_at.unix_ms);
  return log::to_payload(std::string(kOrderPending), out);
}

log::Payload encode(const OrderUpdateMessage& event) {
  v1::OrderUpdateMessage out;
  event.purchase.has_items() ? write(event.purchase, out) : write_without_items(event.purchase, out);
  out.set_requested_at_unix_ms(event.requested_at.unix_ms);
  out.set_status(static_cast<v1::Status>(event.status));
  if (event.payment_operation_id) out.set_payment_operation_id(std::string(event.payment_operation_id->raw()));
  if (event.reason) out.set_reason(static_cast<v1::CancelReason>(*event.reason));
  out.set_version(event.version);
  if (event.cancellation) {
    out.set_cancellation_id(std::string(event.cancellation->id.raw()));
    out.set_cancel_requested_at_unix_ms(event.cancellation->requested_at.unix_ms);
  }
  return log::to_payload(std::string(kOrderUpdateMessage), out);
}

Result<Event> decode_pending(const log::Payload& payload) {
  const auto in = log::from_payload<v1::OrderPending>(payload);
  if (!in) return tl::unexpected(in.error());
  FieldReader fields(payload);
  OrderPending event;
  event.purchase = read_purchase(*in, fields);
  event.requested_at = fields.time(in->requested_at_unix_ms(), "requested_at");
  return fields.finish(Event(std::move(event)));
}

// PAID names its operation and nothing else; CANCELLED its reason and the operation where it was paid before; REFUNDED the
// operation that it reverses. NEW and PENDING are told by other messages.
void check_outcome(const OrderUpdateMessage& event, FieldReader& fields) {
  const bool cancelled = event.status == Status::cancelled;
  const bool requested = event.reason == CancelReason::requested;
  fields.require(cancelled == event.reason.has_value(), "reason");
  fields.require(requested == event.cancellation.has_value(), "cancellation_id");
  if (!cancelled) fields.require(event.payment_operation_id.has_value(), "payment_operation_id");
  if (cancelled && !requested) fields.require(!event.payment_operation_id, "payment_operation_id");
  const bool was_paid = event.payment_operation_id && event.status != Status::paid;
  fields.require(event.purchase.has_items() != was_paid, "items");
  if (event.status == Status::refunded) fields.require(event.purchase.has_total(), "total");
  fields.require(event.version > 0, "version");
}

std::optional<Cancellation> read_cancellation(const v1::OrderUpdateMessage& in, FieldReader& fields) {
  const auto id = fields.optional_id<CancellationId>(in.cancellation_id(), "cancellation_id");
  if (!id) return std::nullopt;
  return Cancellation{*id, fields.time(in.cancel_requested_at_unix_ms(), "cancel_requested_at")};
}

Result<Event> decode_update(const log::Payload& payload) {
  const auto in = log::from_payload<v1::OrderUpdateMessage>(payload);
  if (!in) return tl::unexpected(in.error());
  FieldReader fields(payload);
  OrderUpdateMessage event;
  event.purchase = in->items_size() > 0 ? read_purchase(*in, fields) : read_purchase_without_items(*in, fields);
  event.requested_at = fields.time(in->requested_at_unix_ms(), "requested_at");
  event.status = fields.enumerator(in->status(), Status::paid, Status::refunded, "status");
  event.payment_operation_id = fields.optional_id<OperationId>(in->payment_operation_id(), "payment_operation_id");
  if (in->reason() != v1::CANCEL_REASON_UNSPECIFIED) {
    event.reason = fields.enumerator(in->reason(), CancelReason::insufficient_funds, CancelReason::requested, "reason");
  }
  event.version = in->version();
  event.cancellation = read_cancellation(*in, fields);
  check_outcome(event, fields);
  return fields.finish(Event(std::move(event)));
}

Result<std::optional<Command>> decode_create(const log::Payload& payload) {
  const auto in = log::from_payload<v1::OrderCreateRequested>(payload);
  if (!in) return tl::unexpected(in.error());
  FieldReader fields(payload);
  OrderCreateRequested command{read_purchase(*in, fields)};
  return fields.finish(std::optional<Command>(std::move(command)));
}

Result<std::optional<Command>> decode_cancel(const log::Payload& payload) {
  const auto in = log::from_payload<v1::OrderCancelRequested>(payload);
  if (!in) return tl::unexpected(in.error());
  FieldReader fields(payload);
  const OrderCancelRequested command{fields.id<OrderId>(in->order_id(), "order_id"),
                                     fields.id<UserId>(in->user_id(), "user_id"),
                                     fields.id<CancellationId>(in->cancellation_id(), "cancellation_id")};
  return fields.finish(std::optional<Command>(command));
}

}  // namespace

log::Payload encode(const OrderCancelRequested& command) {
  v1::OrderCancelRequested out;
  out.set_order_id(std::string(command.order_id.raw()));
  out.set_user_id(std::string(command.user_id.raw()));
  out.set_cancellation_id(std::string(command.cancellation_id.raw()));
  return log::to_payload(std::string(kOrderCancelRequested), out);
}

log::Payload encode(const OrderCreateRequested& command) {
  v1::OrderCreateRequested out;
  write(command.purchase, out);
  return log::to_payload(std::string(kOrderCreateRequested), out);
}

log::Payload encode(const Event& event) {
  return std::visit([](const auto& each) { return encode(each); }, event);
}

Result<std::optional<Command>> decode_command(const log::Payload& payload) {
  if (payload.type == kOrderCreateRequested) return decode_create(payload);
  if (payload.type == kOrderCancelRequested) return decode_cancel(payload);
  if (std::ranges::find(kCommandsOfOthers, payload.type) != std::end(kCommandsOfOthers)) return std::optional<Command>();
  return log::unknown_type(payload);
}

Result<Event> decode(const log::Payload& payload) {
  if (payload.type == kOrderPending) return decode_pending(payload);
  if (payload.type == kOrderUpdateMessage) return decode_update(payload);
  return log::unknown_type(payload);
}

}  // namespace ordo::orders
