#include "projections/history/log_index.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ordo::projections {
namespace {

constexpr std::string_view kPlaces = "select stream, sequence, index from {}.order_timeline where order_id = $1::uuid";

// What stands under the user's key holds up all that is his.
constexpr std::string_view kCandidates =
    "select stream, sequence, index from (select stream, sequence, index, user_id, order_id from {0}.parked_events "
    "union select stream, sequence, index, user_id, order_id from {0}.discarded_events) as unshown "
    "where order_id = $1::uuid or (order_id = '00000000-0000-0000-0000-000000000000' "
    "and user_id = (select user_id from {0}.order_timeline where order_id = $1::uuid limit 1))";

Result<std::vector<log::StreamPosition>> places(postgres::Transaction& transaction, std::string_view sql, OrderId order) {
  const auto rows = transaction.execute(fmt::format(fmt::runtime(sql), kServing), order);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<log::StreamPosition> places;
  for (const auto row : *rows) {
    const auto stream = log::parse_stream_name(row.get<std::string_view>(0));
    if (!stream) return failure(FailureKind::corrupt, "the read model names a stream that is unknown");
    const auto sequence = static_cast<std::uint64_t>(row.get<std::int64_t>(1));
    places.push_back({*stream, {sequence, static_cast<std::uint32_t>(row.get<std::int64_t>(2))}});
  }
  return places;
}

}  // namespace

Result<LogIndex> find_in_read_model(postgres::Connection& connection, OrderId order) {
  auto transaction = connection.begin({.isolation = postgres::Isolation::repeatable_read});
  if (!transaction) return tl::unexpected(transaction.error());
  auto known = places(*transaction, kPlaces, order);
  if (!known) return tl::unexpected(known.error());
  auto candidates = places(*transaction, kCandidates, order);
  if (!candidates) return tl::unexpected(candidates.error());
  const auto lanes = read_all_checkpoints(*transaction, kServing);
  if (!lanes) return tl::unexpected(lanes.error());
  LogIndex index{std::move(*known), std::move(*candidates), {}};
  for (const auto& [lane, reached] : *lanes) {
    for (const auto& [stream, sequence] : reached) {
      const auto [least, is_new] = index.reached.try_emplace(stream, sequence);
      if (!is_new) least->second = std::min(least->second, sequence);
    }
  }
  return index;
}

}  // namespace ordo::projections
