#pragma once
// Purpose: wallets, folded: the balance of every wallet that a batch changes, the operations that changed it, the top-ups that were
//          refused, and the accounts that were asked for under a key.
// Threads: one.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/billing/events.hpp"
#include "events/log/event.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

struct BalanceRow {
  UserId user_id;
  Money balance;
  Timestamp updated_at;
  std::uint32_t changes = 0;  // in this batch
  log::StreamPosition at;     // of the last of them

  friend bool operator==(const BalanceRow&, const BalanceRow&) = default;
};

struct OperationRow {
  OperationId operation_id;
  UserId user_id;
  std::string_view kind;  // topup, payment, refund
  std::optional<OrderId> order_id;
  Money amount;
  std::int64_t balance_after = 0;
  Timestamp occurred_at;
  log::StreamPosition at;
  std::optional<IdBytes> fingerprint;

  friend bool operator==(const OperationRow&, const OperationRow&) = default;
};

struct RefusedRow {
  billing::TopUpRefused refused;
  Timestamp occurred_at;
  log::StreamPosition at;

  friend bool operator==(const RefusedRow&, const RefusedRow&) = default;
};

struct AccountRequestRow {
  UserId user_id;
  Currency currency;
  billing::KeyedRequest keyed;
  Timestamp occurred_at;
  log::StreamPosition at;

  friend bool operator==(const AccountRequestRow&, const AccountRequestRow&) = default;
};

class WalletRows {
 public:
  explicit WalletRows(std::string_view schema);

  void add(const log::StreamPosition& at, Timestamp time, const billing::AccountOpened& opened);
  void add(const log::StreamPosition& at, Timestamp time, const billing::AccountConfirmed& confirmed);
  void add(const log::StreamPosition& at, Timestamp time, const billing::AccountToppedUp& topped_up);
  void add(const log::StreamPosition& at, Timestamp time, const billing::TopUpRefused& refused);
  // A payment that was refused moves no money and makes no row here.
  void add(const log::StreamPosition& at, Timestamp time, const billing::PaymentProcessed& payment);
  void add(const log::StreamPosition& at, Timestamp time, const billing::PaymentRefunded& refund);

  [[nodiscard]] const std::vector<BalanceRow>& balances() const { return balances_; }
  [[nodiscard]] const std::vector<OperationRow>& operations() const { return operations_; }
  [[nodiscard]] const std::vector<RefusedRow>& refused() const { return refused_; }
  [[nodiscard]] const std::vector<AccountRequestRow>& account_requests() const { return account_requests_; }
  [[nodiscard]] Result<void> write(postgres::Transaction& transaction) const;
  // Into tables without keys: each batch makes a row for every wallet that it changes, and `balances_bulk_tables` adds them up.
  [[nodiscard]] Result<void> copy(postgres::Transaction& transaction) const;
  void clear();

 private:
  void put_balance(UserId user, Money balance, Timestamp time, const log::StreamPosition& at);
  [[nodiscard]] Result<void> write_balances(postgres::Transaction& transaction) const;
  [[nodiscard]] Result<void> write_refused(postgres::Transaction& transaction) const;
  [[nodiscard]] Result<void> copy_balances(postgres::Transaction& transaction) const;
  // Plain inserts: the same operation twice would be a double charge, and must not pass in silence; billing decides each key once.
  [[nodiscard]] Result<void> copy_operations(postgres::Transaction& transaction) const;
  [[nodiscard]] Result<void> copy_refused(postgres::Transaction& transaction) const;
  [[nodiscard]] Result<void> copy_account_requests(postgres::Transaction& transaction) const;

  std::string schema_;
  std::string upsert_balances_;
  std::string insert_refused_;
  std::vector<BalanceRow> balances_;
  std::unordered_map<UserId, std::size_t> balance_places_;
  std::vector<OperationRow> operations_;
  std::vector<RefusedRow> refused_;
  std::vector<AccountRequestRow> account_requests_;
};

}  // namespace ordo::projections
