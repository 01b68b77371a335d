#include "gateway/live/read_model_outcomes.hpp"

#include <utility>

namespace ordo::live {
namespace {

template <class SomeId>
std::vector<SomeId> ids_of(std::span<const Awaited> awaited, AwaitedKind kind) {
  std::vector<SomeId> ids;
  for (const auto& one : awaited) {
    if (one.kind == kind) ids.push_back(SomeId(one.id));
  }
  return ids;
}

Result<void> add_orders(postgres::Pool& pool, const std::vector<OrderId>& ids, std::vector<Outcome>& out) {
  if (ids.empty()) return {};
  auto found = orders::find_orders(pool, ids);
  if (!found) return tl::unexpected(found.error());
  for (auto& order : *found) {
    if (is_final(order)) out.push_back({std::move(order), {}});
  }
  return {};
}

Result<void> add_operations(postgres::Pool& pool, const std::vector<OperationId>& ids, std::vector<Outcome>& out) {
  if (ids.empty()) return {};
  auto found = balances::find_operations(pool, ids);
  if (!found) return tl::unexpected(found.error());
  for (auto& operation : *found) out.push_back({std::move(operation), {}});
  return {};
}

Result<void> add_accounts(postgres::Pool& pool, const std::vector<UserId>& users, std::vector<Outcome>& out) {
  for (const auto user : users) {
    const auto found = balances::balance_of(pool, user);
    if (!found) return tl::unexpected(found.error());
    if (*found) out.push_back({**found, {}});
  }
  return {};
}

}  // namespace

Result<std::vector<Outcome>> find_outcomes(postgres::Pool& pool, std::span<const Awaited> awaited) {
  std::vector<Outcome> outcomes;
  const auto asked = add_orders(pool, ids_of<OrderId>(awaited, AwaitedKind::order), outcomes)
                         .and_then([&] {
                           return add_operations(pool, ids_of<OperationId>(awaited, AwaitedKind::operation), outcomes);
                         })
                         .and_then([&] { return add_accounts(pool, ids_of<UserId>(awaited, AwaitedKind::account), outcomes); });
  if (!asked) return tl::unexpected(asked.error());
  return outcomes;
}

}  // namespace ordo::live
