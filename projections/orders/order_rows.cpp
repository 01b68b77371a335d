#include "projections/orders/order_rows.hpp"

#include <fmt/format.h>

namespace ordo::projections {
namespace {

constexpr std::uint32_t kVersionNew = 1;
constexpr std::uint32_t kVersionPending = 2;

// A row gives way only to a later version of its order: COMMANDS and ORDERS are read side by side, so the command may come last.
constexpr std::string_view kUpsert =
    "insert into {}.orders as held (order_id, user_id, status, items, total, currency, payment_operation_id, cancel_reason, "
    "created_at, updated_at, version, fingerprint, cancellation_id) "
    "select order_id, user_id, status, items::jsonb, total, currency, payment_operation_id, cancel_reason, created_at, "
    "updated_at, version, fingerprint, cancellation_id "
    "from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::uuid[], $8::text[], "
    "$9::timestamptz[], $10::timestamptz[], $11::bigint[], $12::uuid[], $13::uuid[]) "
    "as fresh(order_id, user_id, status, items, total, currency, payment_operation_id, cancel_reason, created_at, updated_at, "
    "version, fingerprint, cancellation_id) "
    "on conflict (order_id) do update set user_id = excluded.user_id, status = excluded.status, items = excluded.items, "
    "total = excluded.total, currency = excluded.currency, "
    "payment_operation_id = coalesce(excluded.payment_operation_id, held.payment_operation_id), "
    "cancel_reason = coalesce(excluded.cancel_reason, held.cancel_reason), created_at = excluded.created_at, "
    "updated_at = excluded.updated_at, version = excluded.version, fingerprint = excluded.fingerprint, "
    "cancellation_id = coalesce(excluded.cancellation_id, held.cancellation_id) "
    "where held.version < excluded.version";

// An order without items in the batch was paid before it, in the same stream, so its row stands there already.
constexpr std::string_view kUpdate =
    "update {}.orders as held set status = fresh.status, "
    "payment_operation_id = coalesce(fresh.payment_operation_id, held.payment_operation_id), "
    "cancel_reason = coalesce(fresh.cancel_reason, held.cancel_reason), updated_at = fresh.updated_at, version = fresh.version, "
    "cancellation_id = coalesce(fresh.cancellation_id, held.cancellation_id) "
    "from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::bigint[], $7::uuid[]) "
    "as fresh(order_id, status, payment_operation_id, cancel_reason, updated_at, version, cancellation_id) "
    "where held.order_id = fresh.order_id and held.version < fresh.version";

constexpr std::string_view kCopy =
    "{}.orders (order_id, user_id, status, items, total, currency, payment_operation_id, cancel_reason, created_at, updated_at, "
    "version, fingerprint, cancellation_id)";

void push_reason(const OrderRow& row, postgres::Column<std::string_view>& reasons) {
  row.cancel_reason ? reasons.push(orders::text(*row.cancel_reason)) : reasons.push_null();
}

Result<void> without_rows(const Result<postgres::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

}  // namespace

OrderRows::OrderRows(std::string_view schema) 
    : upsert_(fmt::format(kUpsert, schema)), update_(fmt::format(kUpdate, schema)), copy_(fmt::format(kCopy, schema)) {}

void OrderRows::add(const orders::OrderCreateRequested& command, Timestamp time) {
  put({command.purchase, orders::Status::new_, {}, {}, time, time, kVersionNew});
}

void OrderRows::add(const orders::OrderPending& pending, Timestamp time) {
  put({pending.purchase, orders::Status::pending, {}, {}, pending.requested_at, time, kVersionPending});
}

void OrderRows::add(const orders::OrderUpdateMessage& update, Timestamp time) {
  put({update.purchase, update.status, update.payment_operation_id, update.reason, update.requested_at, time, update.version,
       update.cancellation ? std::optional(update.cancellation->id) : std::nullopt});
}

// The same rules as the statements', so that a batch is worth its events one by one.
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
  if (!row.cancellation_id) row.cancellation_id = held.cancellation_id;
  // A NEW row is provisional: that an order without items follows says that the table has the final ones already.
  if (!row.purchase.has_items() && held.version > kVersionNew) {
    row.purchase = std::move(held.purchase);
    row.created_at = held.created_at;
  }
  held = std::move(row);
}

void OrderRows::clear() {
  rows_.clear();
  places_.clear();
}

Result<void> OrderRows::write(postgres::Transaction& transaction) const {
  return upsert(transaction).and_then([&] { return update(transaction); });
}

Result<void> OrderRows::copy(postgres::Transaction& transaction) const {
  postgres::CopyRows rows;
  for (const auto& row : rows_) {
    const auto& purchase = row.purchase;
    const auto reason = row.cancel_reason ? std::optional(orders::text(*row.cancel_reason)) : std::nullopt;
    const auto add = [&](const auto& items, const auto& total, const auto& currency, const auto& created_at, const auto& fingerprint) {
      rows.add(purchase.order_id, purchase.user_id, orders::text(row.status), items, total, currency, row.payment_operation_id, reason,
               created_at, row.updated_at, row.version, fingerprint, row.cancellation_id);
    };
    if (purchase.has_items()) {
      const auto items = orders::items_json(purchase.items);
      add(postgres::Json{items}, purchase.total.minor, purchase.total.currency.code(), row.created_at, purchase.fingerprint);
    } else {
      add(std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt);
    }
  }
  return transaction.copy(copy_, std::move(rows));
}

Result<void> OrderRows::upsert(postgres::Transaction& transaction) const {
  postgres::Column<OrderId> order_ids;
  postgres::Column<UserId> users;
  postgres::Column<std::string> items;
  postgres::Column<std::string_view> statuses, currencies, reasons;
  postgres::Column<std::int64_t> totals;
  postgres::Column<std::uint32_t> versions;
  postgres::Column<OperationId> operations;
  postgres::Column<Timestamp> created, updated;
  postgres::Column<IdBytes> fingerprints;
  postgres::Column<CancellationId> cancellations;
  bool any = false;
  for (const auto& row : rows_) {
    if (!row.purchase.has_items()) continue;
    any = true;
    order_ids.push(row.purchase.order_id);
    users.push(row.purchase.user_id);
    statuses.push(orders::text(row.status));
    items.push(orders::items_json(row.purchase.items));
    totals.push(row.purchase.total.minor);
    currencies.push(row.purchase.total.currency.code());
    operations.push(row.payment_operation_id);
    push_reason(row, reasons);
    created.push(row.created_at);
    updated.push(row.updated_at);
    versions.push(row.version);
    fingerprints.push(row.purchase.fingerprint);
    cancellations.push(row.cancellation_id);
  }
  if (!any) return {};
  return without_rows(transaction.execute(upsert_, order_ids, users, statuses, items, totals, currencies, operations, reasons,
                                          created, updated, versions, fingerprints, cancellations));
}

Result<void> OrderRows::update(postgres::Transaction& transaction) const {
  postgres::Column<OrderId> order_ids;
  postgres::Column<std::string_view> statuses, reasons;
  postgres::Column<std::uint32_t> versions;
  postgres::Column<OperationId> operations;
  postgres::Column<Timestamp> updated;
  postgres::Column<CancellationId> cancellations;
  bool any = false;
  for (const auto& row : rows_) {
    if (row.purchase.has_items()) continue;
    any = true;
    order_ids.push(row.purchase.order_id);
    statuses.push(orders::text(row.status));
    operations.push(row.payment_operation_id);
    push_reason(row, reasons);
    updated.push(row.updated_at);
    versions.push(row.version);
    cancellations.push(row.cancellation_id);
  }
  if (!any) return {};
  return without_rows(
      transaction.execute(update_, order_ids, statuses, operations, reasons, updated, versions, cancellations));
}

}  // namespace ordo::projections
