#include "projections/orders/timeline_rows.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "events/billing/describe.hpp"
#include "events/notifications/describe.hpp"
#include "events/orders/describe.hpp"
#include "events/vocabulary/json_text.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::projections {
namespace {

constexpr std::string_view kCreateType = "OrderCreateRequested.v1";
constexpr std::string_view kCancelType = "OrderCancelRequested.v1";

constexpr std::string_view kCopy =
    "{}.order_timeline (order_id, user_id, stream, sequence, index, type, event_id, cause_stream, cause_sequence, cause_index, "
    "correlation_id, actor, occurred_at, data)";

// An input has a key of its own where it waits behind one of its user's.
const std::optional<log::Key>& key_of(const parking::InputParked& parked) { return parked.input.trace.key; }

std::optional<log::Key> key_of(const parking::ParkedReleased& released) { return released.key; }

std::string describe_in_general(const parking::InputParked& parked) {
  return JsonText()
      .open_object()
      .member("input", parked.input.payload.type)
      .member("reason", parked.fault ? "it could not be decided, and waits for an operator" : "it waits behind an earlier event")
      .close_object()
      .take();
}

std::string describe_in_general(const parking::ParkedReleased& released) {
  return JsonText()
      .open_object()
      .member("decided", released.decided)
      .member("discarded", released.discarded)
      .member("left", released.left)
      .close_object()
      .take();
}

}  // namespace

TimelineRows::TimelineRows(std::string_view schema) : copy_(fmt::format(kCopy, schema)) {}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event, const orders::OrderPending& pending) {
  const auto& purchase = pending.purchase;
  add(purchase.order_id, purchase.user_id, at, event, orders::describe(pending));
  add_command(purchase, at, event, kCreateType, pending.requested_at, orders::describe(orders::OrderCreateRequested{purchase}));
}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event, const orders::OrderUpdateMessage& update) {
  const auto& purchase = update.purchase;
  add(purchase.order_id, purchase.user_id, at, event, orders::describe(update));
  if (!update.cancellation) return;
  const orders::OrderCancelRequested command{purchase.order_id, purchase.user_id, update.cancellation->id};
  add_command(purchase, at, event, kCancelType, update.cancellation->requested_at, orders::describe(command));
}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event, const billing::PaymentProcessed& payment) {
  add(payment.order_id, payment.user_id, at, event, billing::describe(payment));
}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event, const billing::PaymentRefunded& refund) {
  add(refund.order_id, refund.user_id, at, event, billing::describe(refund));
}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event, const notifications::NotificationSent& sent) {
  add(sent.order_id, sent.user_id, at, event, notifications::describe(sent));
}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event,
                       const notifications::NotificationFailed& failed) {
  add(failed.order_id, failed.user_id, at, event, notifications::describe(failed));
}

void TimelineRows::add(const log::StreamPosition& at, const log::Event& event, const parking::Event& said) {
  visit(said, [&](const auto& each) {
    const std::optional<log::Key> key = key_of(each);
    if (key && key->order) add(*key->order, key->user, at, event, describe_in_general(each));
  });
}

void TimelineRows::add(OrderId order, UserId user, const log::StreamPosition& at, const log::Event& event, std::string data) {
  rows_.push_back({order, user, at, event.payload.type, event.id, event.cause, event.trace.correlation_id, event.trace.actor,
                   event.time, std::move(data)});
}

void TimelineRows::add_command(const orders::Purchase& purchase, const log::StreamPosition& at, const log::Event& event,
                               std::string_view type, Timestamp requested_at, std::string data) {
  if (!event.cause) return;
  rows_.push_back({purchase.order_id, purchase.user_id,
                   {{event.cause->stream, at.stream.partition}, event.cause->position}, std::string(type), event.cause->event_id,
                   std::nullopt, event.trace.correlation_id, event.trace.actor, requested_at, std::move(data)});
}

Result<void> TimelineRows::write(postgres::Transaction& transaction) const {
  if (rows_.empty()) return {};
  constexpr std::size_t kBytesEach = 400;
  postgres::CopyRows rows;
  rows.reserve(rows_.size(), kBytesEach);
  std::map<log::StreamName, std::string> names;
  const auto name_of = [&names](const log::StreamName& stream) -> const std::string& {
    auto& name = names[stream];
    if (name.empty()) name = text(stream);
    return name;
  };
  for (const auto& row : rows_) {
    std::optional<std::string_view> cause_stream;
    std::optional<std::uint64_t> cause_sequence;
    std::optional<std::uint32_t> cause_index;
    if (const auto& cause = row.cause) {
      cause_stream = name_of({cause->stream, row.at.stream.partition});
      cause_sequence = cause->position.sequence;
      cause_index = cause->position.index;
    }
    rows.add(row.order_id, row.user_id, name_of(row.at.stream), row.at.position.sequence, row.at.position.index, row.type, row.event_id,
             cause_stream, cause_sequence, cause_index, row.correlation_id, row.actor, row.occurred_at, postgres::Json{row.data});
  }
  return transaction.copy(copy_, std::move(rows));
}

}  // namespace ordo::projections
