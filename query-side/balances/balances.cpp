#include "query-side/balances/balances.hpp"

#include <limits>

#include <fmt/format.h>

#include "query-side/parking/degraded.hpp"

namespace ordo::balances {
namespace {

Money money_at(const postgres::Row& row, int amount, int currency) {
  return {row.get<std::int64_t>(amount), Currency::parse(row.get<std::string_view>(currency)).value_or(Currency{})};
}

EventPlace place_at(const postgres::Row& row, int column) {
  return {row.get<std::string>(column), static_cast<std::uint64_t>(row.get<std::int64_t>(column + 1)),
          static_cast<std::uint32_t>(row.get<std::int64_t>(column + 2))};
}

OperationView to_operation(const postgres::Row& row) {
  OperationView view;
  view.operation_id = row.get<OperationId>(0);
  view.user_id = row.get<UserId>(1);
  view.kind = row.get<std::string>(2);
  view.order_id = row.get<std::optional<OrderId>>(3);
  view.amount = money_at(row, 4, 5);
  view.balance_after = row.get<std::int64_t>(6);
  view.occurred_at = row.get<Timestamp>(7);
  view.key = {static_cast<std::uint64_t>(row.get<std::int64_t>(8)), static_cast<std::uint32_t>(row.get<std::int64_t>(9))};
  return view;
}

OperationOutcome to_outcome(const postgres::Row& row) {
  OperationOutcome outcome;
  outcome.operation_id = row.get<OperationId>(0);
  outcome.user_id = row.get<UserId>(1);
  outcome.amount = money_at(row, 2, 3);
  outcome.fingerprint = row.get<std::optional<IdBytes>>(4);
  outcome.balance_after = row.get<std::optional<std::int64_t>>(5);
  outcome.refusal = row.get<std::optional<std::string>>(6);
  outcome.occurred_at = row.get<Timestamp>(7);
  outcome.place = place_at(row, 8);
  return outcome;
}

}  // namespace

Result<std::optional<BalanceView>> balance_of(postgres::Pool& pool, UserId user) {
  static const auto sql = fmt::format("select balance, currency, updated_at, version, stream, sequence, index, {} "
                                      "from read.balances where user_id = $1::uuid", parking::wallet_is_degraded("$1::uuid"));
  const auto rows = pool.execute(sql, user);
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return std::nullopt;
  const auto row = (*rows)[0];
  return BalanceView{user, money_at(row, 0, 1), row.get<Timestamp>(2), static_cast<std::uint64_t>(row.get<std::int64_t>(3)),
                     place_at(row, 4), row.get<bool>(7)};
}

Result<OperationPage> operations_of(postgres::Pool& pool, UserId user, std::size_t limit,
                                    const std::optional<OperationKey>& after, std::size_t offset) {
  // Asked first: a repair in between shows too much, and never too little.
  const auto degraded = parking::is_wallet_degraded(pool, user);
  if (!degraded) return tl::unexpected(degraded.error());
  constexpr auto kAheadOfAll = std::numeric_limits<std::int64_t>::max();
  const auto sequence = after ? static_cast<std::int64_t>(after->sequence) : kAheadOfAll;
  const auto index = after ? std::int64_t{after->index} : std::int64_t{0};
  const auto rows = pool.execute(
      "select operation_id, user_id, kind, order_id, amount, currency, balance_after, occurred_at, sequence, index "
      "from read.operations where user_id = $1::uuid and (sequence, index) < ($2::bigint, $3::bigint) "
      "order by sequence desc, index desc limit $4::bigint offset $5::bigint",
      user, sequence, index, limit + 1, offset);
  if (!rows) return tl::unexpected(rows.error());
  OperationPage page;
  page.degraded = *degraded;
  for (const auto row : *rows) {
    if (page.operations.size() == limit) {
      if (limit > 0) page.next = page.operations.back().key;
      break;
    }
    page.operations.push_back(to_operation(row));
  }
  return page;
}

Result<std::vector<OperationOutcome>> find_operations(postgres::Pool& pool, const std::vector<OperationId>& operations) {
  const auto rows = pool.execute(
      "select operation_id, user_id, amount, currency, fingerprint, balance_after, null::text as refusal, occurred_at, "
      "stream, sequence, index "
      "from read.operations where operation_id = any($1::uuid[]) "
      "union all "
      "select operation_id, user_id, amount, currency, fingerprint, null::bigint, reason, occurred_at, "
      "stream, sequence, index "
      "from read.refused_operations where operation_id = any($1::uuid[])",
      operations);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<OperationOutcome> outcomes;
  outcomes.reserve(rows->size());
  for (const auto row : *rows) outcomes.push_back(to_outcome(row));
  return outcomes;
}

Result<std::vector<AccountRequestView>> find_account_requests(postgres::Pool& pool, const std::vector<OperationId>& operations) {
  const auto rows = pool.execute(
      "select operation_id, user_id, currency, fingerprint from read.account_requests where operation_id = any($1::uuid[])", operations);
  if (!rows) return tl::unexpected(rows.error());
  std::vector<AccountRequestView> requests;
  requests.reserve(rows->size());
  for (const auto row : *rows) {
    requests.push_back({row.get<OperationId>(0), row.get<UserId>(1), Currency::parse(row.get<std::string_view>(2)).value_or(Currency{}),
                        row.get<IdBytes>(3)});
  }
  return requests;
}

}  // namespace ordo::balances
