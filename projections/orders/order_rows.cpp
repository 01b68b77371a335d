#include "projections/orders/order_rows.hpp"

#include <fmt/format.h>

namespace ordo::projections {
namespace {

constexpr std::uint32_t kVersionNew = 1;
constexpr std::uint32_t kVersionPending = 2;

// A row gives way only to a later version of its order: COMMANDS and ORDERS are read side by side, so the command may come last.
constexpr std::string_view kUpsert =
    "insert into {}.orders as held (order_id, user_id, status, items, total, currency, payment_operation_id, cancel_reason, "
    "created_at, updated_at, version, fingerprint) "
    "select order_id, user_id, status, items::jsonb, total, currency, payment_operation_id, cancel_reason, created_at, "
    "updated_at, version, fingerprint "
    "from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::uuid[], $8::text[], "
    "$9::timestamptz[], $10::timestamptz[], $11::bigint[], $12::uuid[]) "
    "as fresh(order_id, user_id, status, items, total, currency, payment_operation_id, cancel_reason, created_at, updated_at, "
    "version, fingerprint) "
    "on conflict (order_id) do update set user_id = excluded.user_id, status = excluded.status, items = excluded.items, "
    "total = excluded.total, currency = excluded.currency, "
    "payment_operation_id = coalesce(excluded.payment_operation_id, held.payment_operation_id), "
    "cancel_reason = coalesce(excluded.cancel_reason, held.cancel_reason), created_at = excluded.created_at, "
    "updated_at = excluded.updated_at, version = excluded.version, fingerprint = excluded.fingerprint "
    "where held.version < excluded.version";

}  // namespace

OrderRows::OrderRows(std::string_view schema) : statement_(fmt::format(kUpsert, schema)) {}

void OrderRows::add(const orders::OrderCreateRequested& command, Timestamp time) {
  put({command.purchase, orders::Status::new_, {}, {}, time, time, kVersionNew});
}

void OrderRows::add(const orders::OrderPending& pending, Timestamp time) {
  put({pending.purchase, orders::Status::pending, {}, {}, pending.requested_at, time, kVersionPending});
}

void OrderRows::add(const orders::OrderUpdateMessage& update, Timestamp time) {
  put({update.purchase, update.status, update.payment_operation_id, update.reason, update.requested_at, time, update.version});
}

// The same rule as the statement's, so that a batch is worth its events one by one.
void OrderRows::put(OrderRow row) {
  const auto [place, is_new] = places_.try_emplace(row.purchase.order_id, rows_.size());
  if (is_new) {
    rows_.push_back(std::move(row));
    return;
  }
  auto& held = rows_[place->second];
  if (row.version <= held.version) return;
  if (!row.payment_operation_id) row.payment_operation_id = held.payment_operation_id;
  if (!row.cancel_reason) row.cancel_reason = held.cancel_reason;
  held = std::move(row);
}

void OrderRows::clear() {
  rows_.clear();
  places_.clear();
}

Result<void> OrderRows::write(postgres::Transaction& transaction) const {
  if (rows_.empty()) return {};
  postgres::Column<OrderId> order_ids;
  postgres::Column<UserId> users;
  postgres::Column<std::string> items;
  postgres::Column<std::string_view> statuses, currencies, reasons;
  postgres::Column<std::int64_t> totals;
  postgres::Column<std::uint32_t> versions;
  postgres::Column<OperationId> operations;
  postgres::Column<Timestamp> created, updated;
  postgres::Column<IdBytes> fingerprints;
  for (const auto& row : rows_) {
    order_ids.push(row.purchase.order_id);
    users.push(row.purchase.user_id);
    statuses.push(orders::text(row.status));
    items.push(orders::items_json(row.purchase.items));
    totals.push(row.purchase.total.minor);
    currencies.push(row.purchase.total.currency.code());
    operations.push(row.payment_operation_id);
    row.cancel_reason ? reasons.push(orders::text(*row.cancel_reason)) : reasons.push_null();
    created.push(row.created_at);
    updated.push(row.updated_at);
    versions.push(row.version);
    fingerprints.push(row.purchase.fingerprint);
  }
  const auto written = transaction.execute(statement_, order_ids, users, statuses, items, totals, currencies, operations, reasons,
                                           created, updated, versions, fingerprints);
  if (!written) return tl::unexpected(written.error());
  return {};
}

}  // namespace ordo::projections
