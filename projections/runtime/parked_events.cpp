#include "projections/runtime/parked_events.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/parking/events.hpp"

namespace ordo::projections {

ParkedEvents::ParkedEvents(std::string_view schema, std::string lane)
    : lane_(std::move(lane)),
      read_(fmt::format("select distinct stream, user_id, order_id from {}.parked_events where lane = $1::text and stream = any($2::text[])",
                        schema)),
      insert_(fmt::format(
          "insert into {}.parked_events (lane, stream, sequence, index, user_id, order_id, type, event_id, attempts, reason, first_failed_at, "
          "last_failed_at) select $1::text, stream, sequence, index, user_id, order_id, type, event_id, attempts, reason, "
          "case when attempts > 0 then now() end, case when attempts > 0 then now() end "
          "from unnest($2::text[], $3::bigint[], $4::bigint[], $5::uuid[], $6::uuid[], $7::text[], $8::uuid[], $9::bigint[], $10::text[]) "
          "as fresh(stream, sequence, index, user_id, order_id, type, event_id, attempts, reason)", schema)) {}

Result<void> ParkedEvents::open(postgres::Transaction& transaction, const std::vector<log::StreamName>& streams) {
  std::vector<std::string> names;
  for (const auto& stream : streams) names.push_back(text(stream));
  const auto rows = transaction.execute(read_, lane_, names);
  if (!rows) return tl::unexpected(rows.error());
  keys_.clear();
  fresh_.clear();
  for (const auto row : *rows) {
    const auto stream = log::parse_stream_name(row.get<std::string_view>(0));
    if (!stream) return failure(FailureKind::corrupt, fmt::format("an event is parked in stream {}, which is unknown", row.get<std::string>(0)));
    keys_.insert({*stream, key_of(row.get<UserId>(1), row.get<OrderId>(2))});
  }
  return {};
}

std::optional<log::Key> ParkedEvents::blocks(log::StreamName stream, const log::Event& event) const {
  const auto& key = event.trace.key;
  if (keys_.empty() || !key || parking::is_parking(event.payload)) return std::nullopt;
  for (const auto& candidate : {*key, log::Key{key->user, std::nullopt}}) {
    if (keys_.contains({stream, candidate})) return candidate;
  }
  return std::nullopt;
}

void ParkedEvents::park(ParkedEvent event) {
  keys_.insert({event.at.stream, event.key});
  fresh_.push_back(std::move(event));
}

Result<void> ParkedEvents::write(postgres::Transaction& transaction) const {
  if (fresh_.empty()) return {};
  if (keys_.size() > kParkedKeysMax) {
    const auto broken = std::ranges::find_if(fresh_, [](const ParkedEvent& event) { return event.reason.has_value(); });
    return failure(FailureKind::corrupt, fmt::format("events of more than {} keys cannot be shown, which is no single event's fault: {}", kParkedKeysMax,
                                                     broken == fresh_.end() ? "" : *broken->reason));
  }
  postgres::Column<std::string> streams, types, reasons;
  postgres::Column<std::uint64_t> sequences;
  postgres::Column<std::uint32_t> indexes, attempts;
  postgres::Column<UserId> users;
  postgres::Column<OrderId> orders;
  postgres::Column<EventId> ids;
  for (const auto& event : fresh_) {
    streams.push(text(event.at.stream));
    sequences.push(event.at.position.sequence);
    indexes.push(event.at.position.index);
    users.push(event.key.user);
    orders.push(order_column(event.key));
    types.push(storable(event.type));
    ids.push(event.event_id);
    attempts.push(event.attempts);
    event.reason ? reasons.push(storable(*event.reason)) : reasons.push_null();
  }
  return transaction.execute(insert_, lane_, streams, sequences, indexes, users, orders, types, ids, attempts, reasons)
      .map([](const postgres::Rows&) {});
}

OrderId order_column(const log::Key& key) { return key.order.value_or(OrderId(IdBytes{})); }

log::Key key_of(UserId user, OrderId order_column) {
  return {user, order_column == OrderId(IdBytes{}) ? std::nullopt : std::optional(order_column)};
}

std::string storable(std::string text) {
  std::ranges::replace(text, '\0', '?');
  return text;
}

}  // namespace ordo::projections
