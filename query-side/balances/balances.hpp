#pragma once
// Purpose: what readers ask about wallets: balance, statement, what became of an operation.
// Units: money in minor units. Errors: as query-side/postgres/connection.hpp; "there is none" is no error.
// Threads: every function may be called from every thread; it borrows one connection of the pool for one statement.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/money.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/time.hpp"
#include "query-side/event_place.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::balances {

struct BalanceView {
  UserId user_id;
  Money balance;
  Timestamp updated_at;
  std::uint64_t version = 0;  // grows with every change of the balance
  EventPlace place;           // of the event that changed it last
  bool degraded = false;      // an event of it is parked: it may be behind what has happened
};

// The place of an operation in a wallet's statement: what a cursor holds. A user's operations stand in one stream, so this is
// the order in which they were decided.
struct OperationKey {
  std::uint64_t sequence = 0;
  std::uint32_t index = 0;
  friend bool operator==(const OperationKey&, const OperationKey&) = default;
};

struct OperationView {
  OperationId operation_id;
  UserId user_id;
  std::string kind;                 // topup, payment, refund
  std::optional<OrderId> order_id;  // of a payment or refund
  Money amount;                     // always above zero: the kind says whether it came or went
  std::int64_t balance_after = 0;
  Timestamp occurred_at;
  OperationKey key;
};

struct OperationPage {
  std::vector<OperationView> operations;  // newest first
  std::optional<OperationKey> next;       // nothing on the last page
  bool degraded = false;                  // as of the balance: some may be missing
};

// What a repeated or waiting top-up is told.
struct OperationOutcome {
  OperationId operation_id;
  UserId user_id;
  Money amount;
  std::optional<IdBytes> fingerprint;       // of the body it was asked for with; a payment has none
  std::optional<std::int64_t> balance_after;  // when it happened
  std::optional<std::string> refusal;         // when it was refused, why: "NO_ACCOUNT", …
  Timestamp occurred_at;
  EventPlace place;  // of the event that says so
};

// An account that was asked for under a key, as it was asked for.
struct AccountRequestView {
  OperationId operation_id;
  UserId user_id;
  Currency currency;
  IdBytes fingerprint{};
};

// Nothing: the user has no account, as far as the read model knows.
[[nodiscard]] Result<std::optional<BalanceView>> balance_of(postgres::Pool& pool, UserId user);

[[nodiscard]] Result<OperationPage> operations_of(postgres::Pool& pool, UserId user, std::size_t limit,
                                                  const std::optional<OperationKey>& after, std::size_t offset = 0);

// Those that are there, refused ones too, in no order.
[[nodiscard]] Result<std::vector<OperationOutcome>> find_operations(postgres::Pool& pool,
                                                                    const std::vector<OperationId>& operations);

// Those that are there, in no order.
[[nodiscard]] Result<std::vector<AccountRequestView>> find_account_requests(postgres::Pool& pool,
                                                                            const std::vector<OperationId>& operations);

}  // namespace ordo::balances
