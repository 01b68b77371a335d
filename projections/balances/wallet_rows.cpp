#include "projections/balances/wallet_rows.hpp"

#include <fmt/format.h>

namespace ordo::projections {
namespace {

// The later event tells the balance: one that was parked comes after events of other keys of its user.
constexpr std::string_view kUpsertBalances =
    "insert into {}.balances as held (user_id, balance, currency, updated_at, version, stream, sequence, index) "
    "select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[], $5::bigint[], $6::text[], $7::bigint[], "
    "$8::bigint[]) "
    "on conflict (user_id) do update set (balance, currency, updated_at, stream, sequence, index) = (select * from (values "
    "(held.balance, held.currency, held.updated_at, held.stream, held.sequence, held.index), "
    "(excluded.balance, excluded.currency, excluded.updated_at, excluded.stream, excluded.sequence, excluded.index)) "
    "as known(balance, currency, updated_at, stream, sequence, index) order by sequence desc, index desc limit 1), "
    "version = held.version + excluded.version";

// One statement, so that no operation can stand there without its two entries. A plain insert: the same operation twice would be
// a double charge, and must not pass in silence.
constexpr std::string_view kInsertOperations =
    "with stored as (insert into {0}.operations (operation_id, user_id, kind, order_id, amount, currency, balance_after, "
    "occurred_at, stream, sequence, index, fingerprint) "
    "select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::text[], $7::bigint[], "
    "$8::timestamptz[], $9::text[], $10::bigint[], $11::bigint[], $12::uuid[]) "
    "returning operation_id, case kind when 'topup' then 'cash' else 'sales' end as counterpart, 'wallet:' || user_id as wallet, "
    "case kind when 'payment' then -amount else amount end as amount) "
    "insert into {0}.entries (operation_id, account, amount) select operation_id, entry.account, entry.amount "
    "from stored cross join lateral (values (wallet, stored.amount), (counterpart, -stored.amount)) as entry(account, amount)";

// A refusal may be said again when a client asks again; the first one stays.
constexpr std::string_view kInsertRefused =
    "insert into {}.refused_operations (operation_id, user_id, amount, currency, reason, occurred_at, stream, sequence, index, "
    "fingerprint) "
    "select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], "
    "$8::bigint[], $9::bigint[], $10::uuid[]) "
    "on conflict (operation_id) do nothing";

// A plain insert, as for operations: billing decides each key once.
constexpr std::string_view kInsertAccountRequests =
    "insert into {}.account_requests (operation_id, user_id, currency, occurred_at, stream, sequence, index, fingerprint) "
    "select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::bigint[], $7::bigint[], $8::uuid[])";

// Where the events stand, as the tables have it.
struct Places {
  postgres::Column<std::string> streams;
  postgres::Column<std::uint64_t> sequences, indexes;

  void push(const log::StreamPosition& at) {
    streams.push(text(at.stream));
    sequences.push(at.position.sequence);
    indexes.push(at.position.index);
  }
};

Result<void> without_rows(const Result<postgres::Rows>& rows) {
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

}  // namespace

WalletRows::WalletRows(std::string_view schema)
    : schema_(schema),
      upsert_balances_(fmt::format(kUpsertBalances, schema)),
      insert_operations_(fmt::format(kInsertOperations, schema)),
      insert_refused_(fmt::format(kInsertRefused, schema)),
      insert_account_requests_(fmt::format(kInsertAccountRequests, schema)) {}

void WalletRows::add(const log::StreamPosition& at, Timestamp time, const billing::AccountOpened& opened) {
  put_balance(opened.user_id, {0, opened.currency}, time, at);
  if (opened.keyed) account_requests_.push_back({opened.user_id, opened.currency, *opened.keyed, time, at});
}

void WalletRows::add(const log::StreamPosition& at, Timestamp time, const billing::AccountConfirmed& confirmed) {
  account_requests_.push_back({confirmed.user_id, confirmed.currency, confirmed.keyed, time, at});
}

void WalletRows::add(const log::StreamPosition& at, Timestamp time, const billing::AccountToppedUp& topped_up) {
  put_balance(topped_up.user_id, {topped_up.balance_after, topped_up.amount.currency}, time, at);
  operations_.push_back({topped_up.operation_id, topped_up.user_id, "topup", std::nullopt, topped_up.amount,
                         topped_up.balance_after, time, at, topped_up.fingerprint});
}

void WalletRows::add(const log::StreamPosition& at, Timestamp time, const billing::TopUpRefused& refused) {
  refused_.push_back({refused, time, at});
}

void WalletRows::add(const log::StreamPosition& at, Timestamp time, const billing::PaymentProcessed& payment) {
  const auto* operation = std::get_if<OperationId>(&payment.outcome);
  if (operation == nullptr) return;
  put_balance(payment.user_id, {payment.balance_after, payment.amount.currency}, time, at);
  operations_.push_back({*operation, payment.user_id, "payment", payment.order_id, payment.amount, payment.balance_after, time,
                         at, std::nullopt});
}

void WalletRows::add(const log::StreamPosition& at, Timestamp time, const billing::PaymentRefunded& refund) {
  put_balance(refund.user_id, {refund.balance_after, refund.amount.currency}, time, at);
  operations_.push_back({refund.operation_id, refund.user_id, "refund", refund.order_id, refund.amount, refund.balance_after, time,
                         at, std::nullopt});
}

void WalletRows::put_balance(UserId user, Money balance, Timestamp time, const log::StreamPosition& at) {
  const auto [place, is_new] = balance_places_.try_emplace(user, balances_.size());
  if (is_new) balances_.push_back({user, {}, {}, 0, {}});
  auto& row = balances_[place->second];
  row.balance = balance;
  row.updated_at = time;
  row.at = at;
  ++row.changes;
}

void WalletRows::clear() {
  balances_.clear();
  balance_places_.clear();
  operations_.clear();
  refused_.clear();
  account_requests_.clear();
}

Result<void> WalletRows::write(postgres::Transaction& transaction) const {
  return write_balances(transaction)
      .and_then([&] { return write_operations(transaction); })
      .and_then([&] { return write_refused(transaction); })
      .and_then([&] { return write_account_requests(transaction); });
}

Result<void> WalletRows::write_balances(postgres::Transaction& transaction) const {
  if (balances_.empty()) return {};
  postgres::Column<UserId> users;
  postgres::Column<std::int64_t> amounts;
  postgres::Column<std::string_view> currencies;
  postgres::Column<Timestamp> times;
  postgres::Column<std::uint32_t> changes;
  Places places;
  for (const auto& row : balances_) {
    users.push(row.user_id);
    amounts.push(row.balance.minor);
    currencies.push(row.balance.currency.code());
    times.push(row.updated_at);
    changes.push(row.changes);
    places.push(row.at);
  }
  return without_rows(transaction.execute(upsert_balances_, users, amounts, currencies, times, changes,
                                          places.streams, places.sequences, places.indexes));
}

Result<void> WalletRows::write_operations(postgres::Transaction& transaction) const {
  if (operations_.empty()) return {};
  postgres::Column<OperationId> operation_ids;
  postgres::Column<UserId> users;
  postgres::Column<std::string_view> kinds, currencies;
  postgres::Column<OrderId> orders;
  postgres::Column<std::int64_t> amounts, balances;
  postgres::Column<Timestamp> times;
  Places places;
  postgres::Column<IdBytes> fingerprints;
  for (const auto& row : operations_) {
    operation_ids.push(row.operation_id);
    users.push(row.user_id);
    kinds.push(row.kind);
    orders.push(row.order_id);
    amounts.push(row.amount.minor);
    currencies.push(row.amount.currency.code());
    balances.push(row.balance_after);
    times.push(row.occurred_at);
    places.push(row.at);
    fingerprints.push(row.fingerprint);
  }
  return without_rows(transaction.execute(insert_operations_, operation_ids, users, kinds, orders, amounts, currencies, balances,
                                          times, places.streams, places.sequences, places.indexes, fingerprints));
}

Result<void> WalletRows::write_refused(postgres::Transaction& transaction) const {
  if (refused_.empty()) return {};
  postgres::Column<OperationId> operation_ids;
  postgres::Column<UserId> users;
  postgres::Column<std::int64_t> amounts;
  postgres::Column<std::string_view> currencies, reasons;
  postgres::Column<Timestamp> times;
  Places places;
  postgres::Column<IdBytes> fingerprints;
  for (const auto& [refused, occurred_at, at] : refused_) {
    operation_ids.push(refused.operation_id);
    users.push(refused.user_id);
    amounts.push(refused.amount.minor);
    currencies.push(refused.amount.currency.code());
    reasons.push(billing::text(refused.reason));
    times.push(occurred_at);
    places.push(at);
    fingerprints.push(refused.fingerprint);
  }
  return without_rows(transaction.execute(insert_refused_, operation_ids, users, amounts, currencies, reasons, times, places.streams,
                                          places.sequences, places.indexes, fingerprints));
}

Result<void> WalletRows::write_account_requests(postgres::Transaction& transaction) const {
  if (account_requests_.empty()) return {};
  postgres::Column<OperationId> operation_ids;
  postgres::Column<UserId> users;
  postgres::Column<std::string_view> currencies;
  postgres::Column<Timestamp> times;
  Places places;
  postgres::Column<IdBytes> fingerprints;
  for (const auto& [user, currency, keyed, occurred_at, at] : account_requests_) {
    operation_ids.push(keyed.operation_id);
    users.push(user);
    currencies.push(currency.code());
    times.push(occurred_at);
    places.push(at);
    fingerprints.push(keyed.fingerprint);
  }
  return without_rows(transaction.execute(insert_account_requests_, operation_ids, users, currencies, times, places.streams,
                                          places.sequences, places.indexes, fingerprints));
}

}  // namespace ordo::projections
