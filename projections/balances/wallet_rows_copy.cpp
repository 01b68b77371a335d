// What `WalletRows` holds, by COPY: all of it into tables that have no keys, what is only ever added to into those that serve as well.

#include <utility>

#include <fmt/format.h>

#include "projections/balances/wallet_rows.hpp"

namespace ordo::projections {
namespace {

constexpr std::string_view kBalances = "{}.balances (user_id, balance, currency, updated_at, version, stream, sequence, index)";
constexpr std::string_view kOperations =
    "{}.operations (operation_id, user_id, kind, order_id, amount, currency, balance_after, occurred_at, stream, sequence, index, "
    "fingerprint)";
constexpr std::string_view kRefused =
    "{}.refused_operations (operation_id, user_id, amount, currency, reason, occurred_at, stream, sequence, index, fingerprint)";

constexpr std::string_view kAccountRequests =
    "{}.account_requests (operation_id, user_id, currency, occurred_at, stream, sequence, index, fingerprint)";

}  // namespace

Result<void> WalletRows::copy(postgres::Transaction& transaction) const {
  return copy_balances(transaction)
      .and_then([&] { return copy_operations(transaction); })
      .and_then([&] { return copy_refused(transaction); })
      .and_then([&] { return copy_account_requests(transaction); });
}

Result<void> WalletRows::copy_balances(postgres::Transaction& transaction) const {
  postgres::CopyRows rows;
  for (const auto& [user, balance, updated_at, changes, at] : balances_) {
    rows.add(user, balance.minor, balance.currency.code(), updated_at, std::uint64_t{changes}, text(at.stream), at.position.sequence,
             at.position.index);
  }
  return transaction.copy(fmt::format(kBalances, schema_), std::move(rows));
}

Result<void> WalletRows::copy_operations(postgres::Transaction& transaction) const {
  postgres::CopyRows rows;
  for (const auto& row : operations_) {
    rows.add(row.operation_id, row.user_id, row.kind, row.order_id, row.amount.minor, row.amount.currency.code(), row.balance_after,
             row.occurred_at, text(row.at.stream), row.at.position.sequence, row.at.position.index, row.fingerprint);
  }
  return transaction.copy(fmt::format(kOperations, schema_), std::move(rows));
}

Result<void> WalletRows::copy_refused(postgres::Transaction& transaction) const {
  postgres::CopyRows rows;
  for (const auto& [refused, occurred_at, at] : refused_) {
    rows.add(refused.operation_id, refused.user_id, refused.amount.minor, refused.amount.currency.code(), billing::text(refused.reason),
             occurred_at, text(at.stream), at.position.sequence, at.position.index, refused.fingerprint);
  }
  return transaction.copy(fmt::format(kRefused, schema_), std::move(rows));
}

Result<void> WalletRows::copy_account_requests(postgres::Transaction& transaction) const {
  postgres::CopyRows rows;
  for (const auto& [user, currency, keyed, occurred_at, at] : account_requests_) {
    rows.add(keyed.operation_id, user, currency.code(), occurred_at, text(at.stream), at.position.sequence, at.position.index,
             keyed.fingerprint);
  }
  return transaction.copy(fmt::format(kAccountRequests, schema_), std::move(rows));
}

}  // namespace ordo::projections
