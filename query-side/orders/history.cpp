#include "query-side/orders/history.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "query-side/parking/degraded.hpp"

namespace ordo::orders {
namespace {

const std::string& select() {
  static const auto sql = fmt::format("select stream, sequence, index, type, event_id, user_id, cause_stream, cause_sequence, cause_index, "
                                      "correlation_id, actor, occurred_at, data::text, {} from read.order_timeline where order_id = $1::uuid",
                                      parking::order_is_degraded("order_timeline.user_id", "$1::uuid"));
  return sql;
}

EventPlace place_at(const postgres::Row& row, int column) {
  return {row.get<std::string>(column), static_cast<std::uint64_t>(row.get<std::int64_t>(column + 1)),
          static_cast<std::uint32_t>(row.get<std::int64_t>(column + 2))};
}

HistoryEntry to_entry(const postgres::Row& row) {
  HistoryEntry entry;
  entry.place = place_at(row, 0);
  entry.type = row.get<std::string>(3);
  entry.event_id = row.get<EventId>(4);
  entry.user_id = row.get<UserId>(5);
  if (!row.is_null(6)) entry.cause = place_at(row, 6);
  entry.correlation_id = row.get<std::string>(9);
  entry.actor = row.get<std::optional<UserId>>(10);
  entry.occurred_at = row.get<Timestamp>(11);
  entry.data_json = row.get<std::string>(12);
  return entry;
}

// Keeps the last place of each stream.
void put_last(std::vector<EventPlace>& places, EventPlace place) {
  const auto found = std::ranges::find(places, place.stream, &EventPlace::stream);
  if (found == places.end()) {
    places.push_back(std::move(place));
  } else {
    *found = std::max(*found, std::move(place));
  }
}

// Moves entries out in order, each behind its cause.
class CausalOrder {
 public:
  explicit CausalOrder(std::vector<HistoryEntry> entries) : entries_(std::move(entries)), taken_(entries_.size()) {
    std::ranges::sort(entries_, {}, [](const HistoryEntry& entry) { return std::tie(entry.occurred_at, entry.place); });
    for (std::size_t at = 0; at < entries_.size(); ++at) by_place_.emplace(entries_[at].place, at);
  }

  std::vector<HistoryEntry> take() {
    for (std::size_t at = 0; at < entries_.size(); ++at) take(at);
    return std::move(ordered_);
  }

 private:
  void take(std::size_t at) {
    if (taken_[at]) return;
    taken_[at] = true;
    if (const auto& cause = entries_[at].cause) {
      if (const auto found = by_place_.find(*cause); found != by_place_.end()) take(found->second);
    }
    ordered_.push_back(std::move(entries_[at]));
  }

  std::vector<HistoryEntry> entries_;
  std::vector<bool> taken_;
  std::map<EventPlace, std::size_t> by_place_;
  std::vector<HistoryEntry> ordered_;
};

}  // namespace

std::vector<HistoryEntry> in_causal_order(std::vector<HistoryEntry> entries) {
  return CausalOrder(std::move(entries)).take();
}

Result<std::map<OrderId, std::vector<EventPlace>>> status_changes(postgres::Pool& pool, const std::vector<OrderId>& orders) {
  const auto rows = pool.execute(
      "select order_id, stream, sequence, index, cause_stream, cause_sequence, cause_index from read.order_timeline "
      "where order_id = any($1::uuid[]) and type like 'OrderUpdateMessage.%' order by order_id, sequence, index",
      orders);
  if (!rows) return tl::unexpected(rows.error());
  std::map<OrderId, std::vector<EventPlace>> changes;
  for (const auto row : *rows) {
    auto& places = changes[row.get<OrderId>(0)];
    put_last(places, place_at(row, 1));
    // An inbox tells a reader nothing that its owner's answer does not.
    if (!row.is_null(4) && !row.get<std::string_view>(4).starts_with("COMMANDS")) put_last(places, place_at(row, 4));
  }
  return changes;
}

Result<History> order_history(postgres::Pool& pool, OrderId order) {
  const auto rows = pool.execute(select(), order);
  if (!rows) return tl::unexpected(rows.error());
  History history;
  history.entries.reserve(rows->size());
  for (const auto row : *rows) history.entries.push_back(to_entry(row));
  history.entries = in_causal_order(std::move(history.entries));
  history.degraded = !rows->empty() && (*rows)[0].get<bool>(13);
  return history;
}

}  // namespace ordo::orders
