#include <algorithm>

#include "events/codec/field_reader.hpp"
#include "events/orders/events.hpp"
#include "events/orders/v1/orders.pb.h"

namespace ordo::orders {
namespace {

using codec::FieldReader;

constexpr std::string_view kOrderCreateRequested = "OrderCreateRequested.v1";
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

log::Payload encode(const OrderPending& event) {
  v1::OrderPending out;
  write(event.purchase, out);
  out.set_requested_at_unix_ms(event.requested_at.unix_ms);
  return log::to_payload(std::string(kOrderPending), out);
}

log::Payload encode(const OrderUpdateMessage& event) {
  v1::OrderUpdateMessage out;
  write(event.purchase, out);
  out.set_requested_at_unix_ms(event.requested_at.unix_ms);
  out.set_status(static_cast<v1::Status>(event.status));
  if (event.payment_operation_id) out.set_payment_operation_id(std::string(event.payment_operation_id->raw()));
  if (event.reason) out.set_reason(static_cast<v1::CancelReason>(*event.reason));
  out.set_version(event.version);
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

// PAID names its operation and nothing else, CANCELLED its reason; NEW and PENDING are told by other messages.
void check_outcome(const OrderUpdateMessage& event, FieldReader& fields) {
  if (event.status == Status::paid) {
    fields.require(event.payment_operation_id.has_value(), "payment_operation_id");
    fields.require(!event.reason, "reason");
  }
  if (event.status == Status::cancelled) fields.require(event.reason.has_value(), "reason");
  fields.require(event.version > 0, "version");
}

Result<Event> decode_update(const log::Payload& payload) {
  const auto in = log::from_payload<v1::OrderUpdateMessage>(payload);
  if (!in) return tl::unexpected(in.error());
  FieldReader fields(payload);
  OrderUpdateMessage event;
  event.purchase = read_purchase(*in, fields);
  event.requested_at = fields.time(in->requested_at_unix_ms(), "requested_at");
  event.status = fields.enumerator(in->status(), Status::paid, Status::refunded, "status");
  event.payment_operation_id = fields.optional_id<OperationId>(in->payment_operation_id(), "payment_operation_id");
  if (in->reason() != v1::CANCEL_REASON_UNSPECIFIED) {
    event.reason = fields.enumerator(in->reason(), CancelReason::insufficient_funds, CancelReason::currency_mismatch,
                                     "reason");
  }
  event.version = in->version();
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

}  // namespace

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
  if (std::ranges::find(kCommandsOfOthers, payload.type) != std::end(kCommandsOfOthers)) return std::optional<Command>();
  return log::unknown_type(payload);
}

Result<Event> decode(const log::Payload& payload) {
  if (payload.type == kOrderPending) return decode_pending(payload);
  if (payload.type == kOrderUpdateMessage) return decode_update(payload);
  return log::unknown_type(payload);
}

}  // namespace ordo::orders
