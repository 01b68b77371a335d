#include "projections/notifications/notification_rows.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ordo::projections {
namespace {

// Only when the letter was first tried is not the last event's to say.
constexpr std::string_view kUpsert =
    "insert into {}.notifications (notification_id, order_id, user_id, channel, kind, locale, template_version, state, attempts, "
    "reason, next_attempt_at, sent_at, created_at, correlation_id) "
    "select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], "
    "$9::bigint[], $10::text[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::text[]) "
    "on conflict (notification_id) do update set order_id = excluded.order_id, user_id = excluded.user_id, "
    "channel = excluded.channel, kind = excluded.kind, locale = excluded.locale, template_version = excluded.template_version, "
    "state = excluded.state, attempts = excluded.attempts, reason = excluded.reason, next_attempt_at = excluded.next_attempt_at, "
    "sent_at = excluded.sent_at, correlation_id = excluded.correlation_id";

constexpr std::string_view kCopy =
    "{}.notifications (notification_id, order_id, user_id, channel, kind, locale, template_version, state, attempts, reason, "
    "next_attempt_at, sent_at, created_at, correlation_id)";

void add(const NotificationRow& row, postgres::CopyRows& rows) {
  const auto locale = row.locale ? std::optional(text(*row.locale)) : std::nullopt;
  rows.add(row.notification_id, row.order_id, row.user_id, text(row.channel), text(row.kind), locale, row.template_version, row.state,
           row.attempts, row.reason, row.next_attempt_at, row.sent_at, row.created_at, row.correlation_id);
}

}  // namespace

NotificationRows::NotificationRows(std::string_view schema) 
    : statement_(fmt::format(kUpsert, schema)), copy_(fmt::format(kCopy, schema)) {}

void NotificationRows::add(const log::Event& event, const notifications::NotificationSent& sent) {
  NotificationRow row{sent.notification_id, sent.order_id, sent.user_id, sent.channel, sent.kind};
  row.locale = sent.locale;
  row.template_version = sent.template_version;
  row.state = "sent";
  row.attempts = sent.attempts;
  row.sent_at = event.time;
  row.created_at = event.time;
  row.correlation_id = event.trace.correlation_id;
  put(std::move(row));
}

void NotificationRows::add(const log::Event& event, const notifications::NotificationFailed& failed) {
  NotificationRow row{failed.notification_id, failed.order_id, failed.user_id, failed.channel, failed.kind};
  row.state = failed.next_attempt ? "retrying" : "failed";
  row.attempts = failed.attempts;
  row.reason = failed.reason;
  row.next_attempt_at = failed.next_attempt;
  row.created_at = event.time;
  row.correlation_id = event.trace.correlation_id;
  put(std::move(row));
}

// The same rule as the statement's, so that a batch is worth its events one by one.
void NotificationRows::put(NotificationRow row) {
  row.is_new = row.attempts == 1;
  const auto [place, is_first] = places_.try_emplace(row.notification_id, rows_.size());
  if (is_first || row.is_new) {
    rows_.push_back(std::move(row));
    return;
  }
  auto& held = rows_[place->second];
  row.created_at = held.created_at;
  row.is_new = held.is_new;
  held = std::move(row);
}

void NotificationRows::clear() {
  rows_.clear();
  places_.clear();
}

Result<void> NotificationRows::write(postgres::Transaction& transaction) const {
  return copy_new(transaction).and_then([&] { return upsert_others(transaction); });
}

Result<void> NotificationRows::copy_new(postgres::Transaction& transaction) const {
  postgres::CopyRows rows;
  for (const auto& row : rows_) {
    if (row.is_new) projections::add(row, rows);
  }
  return transaction.copy(copy_, std::move(rows));
}

Result<void> NotificationRows::upsert_others(postgres::Transaction& transaction) const {
  if (std::ranges::all_of(rows_, &NotificationRow::is_new)) return {};
  postgres::Column<NotificationId> ids;
  postgres::Column<OrderId> orders;
  postgres::Column<UserId> users;
  postgres::Column<std::string_view> channels, kinds, locales, states;
  postgres::Column<std::uint32_t> template_versions, attempts;
  postgres::Column<std::string> reasons, correlation_ids;
  postgres::Column<Timestamp> next_attempts, sent, created;
  for (const auto& row : rows_) {
    if (row.is_new) continue;
    ids.push(row.notification_id);
    orders.push(row.order_id);
    users.push(row.user_id);
    channels.push(text(row.channel));
    kinds.push(text(row.kind));
    row.locale ? locales.push(text(*row.locale)) : locales.push_null();
    template_versions.push(row.template_version);
    states.push(row.state);
    attempts.push(row.attempts);
    reasons.push(row.reason);
    next_attempts.push(row.next_attempt_at);
    sent.push(row.sent_at);
    created.push(row.created_at);
    correlation_ids.push(row.correlation_id);
  }
  const auto written = transaction.execute(statement_, ids, orders, users, channels, kinds, locales, template_versions, states,
                                           attempts, reasons, next_attempts, sent, created, correlation_ids);
  if (!written) return tl::unexpected(written.error());
  return {};
}

Result<void> NotificationRows::copy(postgres::Transaction& transaction) const {
  postgres::CopyRows rows;
  for (const auto& row : rows_) projections::add(row, rows);
  return transaction.copy(copy_, std::move(rows));
}

}  // namespace ordo::projections
