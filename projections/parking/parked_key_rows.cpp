#include "projections/parking/parked_key_rows.hpp"

#include <fmt/format.h>

#include "events/vocabulary/visit.hpp"
#include "projections/parking/schema_sql.hpp"

namespace ordo::projections {
namespace {

using Change = ParkedKeyRow::Change;

constexpr std::string_view kDelete =
    "delete from {}.parked_keys as held using unnest($2::uuid[], $3::uuid[]) as gone(user_id, order_id) "
    "where held.context = $1::text and held.user_id = gone.user_id and held.order_id = gone.order_id";

// The rows of both statements below.
constexpr std::string_view kFresh =
    "unnest($2::uuid[], $3::uuid[], $4::boolean[], $5::bigint[], $6::bigint[], $7::text[], $8::timestamptz[], $9::timestamptz[], "
    "$10::timestamptz[]) "
    "as fresh(user_id, order_id, grown, inputs, attempts, reason, first_failed_at, last_failed_at, parked_at)";

constexpr std::string_view kUpsert =
    "insert into {0}.parked_keys (user_id, order_id, context, inputs, attempts, reason, first_failed_at, last_failed_at, parked_at) "
    "select user_id, order_id, $1::text, inputs, attempts, reason, first_failed_at, last_failed_at, parked_at from {1} "
    "on conflict (user_id, order_id, context) do update set inputs = excluded.inputs, attempts = excluded.attempts, "
    "reason = excluded.reason, first_failed_at = excluded.first_failed_at, last_failed_at = excluded.last_failed_at, "
    "parked_at = excluded.parked_at";

constexpr std::string_view kUpdate =
    "update {0}.parked_keys as held set inputs = fresh.inputs + case when grown then held.inputs else 0 end, "
    "attempts = case when grown then held.attempts else fresh.attempts end, "
    "reason = case when grown then held.reason else fresh.reason end, "
    "first_failed_at = case when grown then held.first_failed_at else fresh.first_failed_at end, "
    "last_failed_at = case when grown then held.last_failed_at else fresh.last_failed_at end "
    "from {1} where held.context = $1::text and held.user_id = fresh.user_id and held.order_id = fresh.order_id";

// No order has it.
OrderId order_of(const log::Key& key) { return key.order.value_or(OrderId(IdBytes{})); }

Result<void> without_rows(const Result<postgres::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

}  // namespace

ParkedKeyRows::ParkedKeyRows(std::string_view schema, std::string context)
    : context_(std::move(context)),
      delete_(fmt::format(kDelete, schema)),
      upsert_(fmt::format(kUpsert, schema, kFresh)),
      update_(fmt::format(kUpdate, schema, kFresh)) {}

void ParkedKeyRows::add(const parking::Event& event, Timestamp time) {
  visit(event, [&](const parking::InputParked& parked) { park(parked, time); },
        [&](const parking::ParkedReleased& released) { release(released); });
}

void ParkedKeyRows::park(const parking::InputParked& parked, Timestamp time) {
  auto& row = rows_[parked.key];
  // An input that failed is the first of its key: what has a key that is parked is not tried.
  if (parked.fault || row.change == Change::gone) row = {Change::begun, 0, parked.fault, time};
  ++row.inputs;
}

void ParkedKeyRows::release(const parking::ParkedReleased& released) {
  auto& row = rows_[released.key];
  if (released.left == 0) {
    row = {.change = Change::gone};
    return;
  }
  if (row.change != Change::begun) row.change = Change::released;
  row.inputs = released.left;
  row.fault = released.fault;
}

Result<void> ParkedKeyRows::write(postgres::Transaction& transaction) const {
  if (rows_.empty()) return {};
  return remove(transaction).and_then([&] { return write(transaction, true); }).and_then([&] { return write(transaction, false); });
}

Result<void> ParkedKeyRows::remove(postgres::Transaction& transaction) const {
  postgres::Column<UserId> users;
  postgres::Column<OrderId> orders;
  for (const auto& [key, row] : rows_) {
    if (row.change != Change::gone) continue;
    users.push(key.user);
    orders.push(order_of(key));
  }
  if (users.empty()) return {};
  return without_rows(transaction.execute(delete_, context_, users, orders));
}

Result<void> ParkedKeyRows::write(postgres::Transaction& transaction, bool begun) const {
  postgres::Column<UserId> users;
  postgres::Column<OrderId> orders;
  postgres::Column<bool> grown;
  postgres::Column<std::uint32_t> inputs, attempts;
  postgres::Column<std::string_view> reasons;
  postgres::Column<Timestamp> first_failed, last_failed, parked;
  for (const auto& [key, row] : rows_) {
    if (row.change == Change::gone || (row.change == Change::begun) != begun) continue;
    users.push(key.user);
    orders.push(order_of(key));
    grown.push(row.change == Change::grown);
    inputs.push(row.inputs);
    attempts.push(row.fault ? row.fault->attempts : 0);
    row.fault ? reasons.push(row.fault->reason) : reasons.push_null();
    row.fault ? first_failed.push(row.fault->first_failed) : first_failed.push_null();
    row.fault ? last_failed.push(row.fault->last_failed) : last_failed.push_null();
    begun ? parked.push(row.parked_at) : parked.push_null();
  }
  if (users.empty()) return {};
  return without_rows(transaction.execute(begun ? upsert_ : update_, context_, users, orders, grown, inputs, attempts, reasons,
                                          first_failed, last_failed, parked));
}

std::string_view parking_tables() { return kParkingSchema; }

}  // namespace ordo::projections
