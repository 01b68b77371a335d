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

// A refusal may be said again when a client asks again; the first one stays.
constexpr std::string_view kInsertRefused =
    "insert into {}.refused_operations (operation_id, user_id, amount, currency, reason, occurred_at, stream, sequence, index, "
    "fingerprint) "
    "select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], "
    "$8::bigint[], $9::bigint[], $10::uuid[]) "
    "on conflict (operation_id) do nothing";

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
      insert_refused_(fmt::format(kInsertRefused, schema)) {}

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
      .and_then([&] { return copy_operations(transaction); })
      .and_then([&] { return write_refused(transaction); })
      .and_then([&] { return copy_account_requests(transaction); });
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

}  // namespace ordo::projections
