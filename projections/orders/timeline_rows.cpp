#include "projections/orders/timeline_rows.hpp"

#include <fmt/format.h>

#include "events/vocabulary/json_text.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::projections {
namespace {

constexpr std::string_view kCommandType = "OrderCreateRequested.v1";
constexpr int kVersionPending = 2;

// A plain insert: an event that stands there already means that something held twice what it may hold once.
constexpr std::string_view kInsert =
    "insert into {}.order_timeline (order_id, user_id, stream, sequence, index, type, event_id, cause_stream, cause_sequence, "
    "cause_index, correlation_id, actor, occurred_at, data) "
    "select order_id, user_id, stream, sequence, index, type, event_id, cause_stream, cause_sequence, cause_index, "
    "correlation_id, actor, occurred_at, data::jsonb "
    "from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::uuid[], $8::text[], "
    "$9::bigint[], $10::bigint[], $11::text[], $12::uuid[], $13::timestamptz[], $14::text[]) "
    "as fresh(order_id, user_id, stream, sequence, index, type, event_id, cause_stream, cause_sequence, cause_index, "
    "correlation_id, actor, occurred_at, data)";

JsonText& write(JsonText& json, const Money& money) {
  return json.member("total", money.minor).member("currency", money.currency.code());
}

std::string data_of_command(const orders::Purchase& purchase) {
  JsonText json;
  json.open_object().raw_member("items", orders::items_json(purchase.items));
  return write(json, purchase.total).close_object().take();
}

std::string data_of(const orders::OrderPending& pending) {
  JsonText json;
  json.open_object().member("status", orders::text(orders::Status::pending)).member("version", kVersionPending);
  write(json, pending.purchase.total);
  return json.member("requested_at", text(pending.requested_at)).close_object().take();
}

std::string data_of(const orders::OrderUpdateMessage& update) {
  JsonText json;
  json.open_object().member("status", orders::text(update.status)).member("version", update.version);
  if (update.payment_operation_id) json.member("payment_operation_id", update.payment_operation_id->text());
  if (update.reason) json.member("reason", orders::text(*update.reason));
  return write(json, update.purchase.total).close_object().take();
}

// Without a wallet in the order's currency there is no balance to speak of.
bool tells_balance(const billing::PaymentProcessed& payment) {
  const auto* refusal = std::get_if<billing::Refusal>(&payment.outcome);
  return refusal == nullptr || *refusal == billing::Refusal::insufficient_funds;
}

std::string data_of(const billing::PaymentProcessed& payment) {
  JsonText json;
  json.open_object().member("paid", payment.paid());
  visit(
      payment.outcome, [&](const OperationId& operation) { json.member("operation_id", operation.text()); },
      [&](billing::Refusal reason) { json.member("reason", billing::text(reason)); });
  json.member("amount", payment.amount.minor).member("currency", payment.amount.currency.code());
  if (tells_balance(payment)) json.member("balance_after", payment.balance_after);
  return json.close_object().take();
}

std::string data_of(const notifications::NotificationSent& sent) {
  return JsonText()
      .open_object()
      .member("notification_id", sent.notification_id.text())
      .member("channel", notifications::text(sent.channel))
      .member("kind", notifications::text(sent.kind))
      .member("locale", notifications::text(sent.locale))
      .member("template_version", sent.template_version)
      .member("attempts", sent.attempts)
      .close_object()
      .take();
}

std::string data_of(const notifications::NotificationFailed& failed) {
  JsonText json;
  json.open_object()
      .member("notification_id", failed.notification_id.text())
      .member("channel", notifications::text(failed.channel))
      .member("kind", notifications::text(failed.kind))
      .member("attempts", failed.attempts)
      .member("reason", failed.reason);
  if (failed.next_attempt) json.member("next_attempt_at", text(*failed.next_attempt));
  return json.close_object().take();
}

}  // namespace

TimelineRows::TimelineRows(std::string_view schema) : statement_(fmt::format(kInsert, schema)) {}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event, const orders::OrderPending& pending) {
  const auto& purchase = pending.purchase;
  add(purchase.order_id, purchase.user_id, at, event, data_of(pending));
  if (!event.cause) return;
  rows_.push_back({purchase.order_id, purchase.user_id,
                   {{event.cause->stream, at.stream.partition}, event.cause->position}, std::string(kCommandType),
                   event.cause->event_id, std::nullopt, event.trace.correlation_id, event.trace.actor, pending.requested_at,
                   data_of_command(purchase)});
}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event, const orders::OrderUpdateMessage& update) {
  add(update.purchase.order_id, update.purchase.user_id, at, event, data_of(update));
}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event, const billing::PaymentProcessed& payment) {
  add(payment.order_id, payment.user_id, at, event, data_of(payment));
}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event, const notifications::NotificationSent& sent) {
  add(sent.order_id, sent.user_id, at, event, data_of(sent));
}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event,
                       const notifications::NotificationFailed& failed) {
  add(failed.order_id, failed.user_id, at, event, data_of(failed));
}

void TimelineRows::add(OrderId order, UserId user, const log::StreamPosition& at, const log::Event& event, std::string data) {
  rows_.push_back({order, user, at, event.payload.type, event.id, event.cause, event.trace.correlation_id, event.trace.actor,
                   event.time, std::move(data)});
}

Result<void> TimelineRows::write(postgres::Transaction& transaction) const {
  if (rows_.empty()) return {};
  postgres::Column<OrderId> orders;
  postgres::Column<UserId> users, actors;
  postgres::Column<EventId> event_ids;
  postgres::Column<std::string> streams, types, cause_streams, correlation_ids, data;
  postgres::Column<std::uint64_t> sequences, indexes, cause_sequences, cause_indexes;
  postgres::Column<Timestamp> times;
  for (const auto& row : rows_) {
    orders.push(row.order_id);
    users.push(row.user_id);
    streams.push(text(row.at.stream));
    sequences.push(row.at.position.sequence);
    indexes.push(row.at.position.index);
    types.push(row.type);
    event_ids.push(row.event_id);
    const auto& cause = row.cause;
    cause ? cause_streams.push(text(log::StreamName{cause->stream, row.at.stream.partition})) : cause_streams.push_null();
    cause ? cause_sequences.push(cause->position.sequence) : cause_sequences.push_null();
    cause ? cause_indexes.push(cause->position.index) : cause_indexes.push_null();
    correlation_ids.push(row.correlation_id);
    actors.push(row.actor);
    times.push(row.occurred_at);
    data.push(row.data);
  }
  const auto written = transaction.execute(statement_, orders, users, streams, sequences, indexes, types, event_ids, cause_streams,
                                           cause_sequences, cause_indexes, correlation_ids, actors, times, data);
  if (!written) return tl::unexpected(written.error());
  return {};
}

}  // namespace ordo::projections
