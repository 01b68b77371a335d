#include "gateway/live/read_model_outcomes.hpp"

#include <utility>

#include "query-side/orders/history.hpp"

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

std::vector<log::StreamPosition> positions_of(const std::vector<EventPlace>& places) {
  std::vector<log::StreamPosition> positions;
  for (const auto& place : places) {
    if (const auto stream = log::parse_stream_name(place.stream)) positions.push_back({*stream, {place.sequence, place.index}});
  }
  return positions;
}

Result<void> add_orders(postgres::Pool& pool, const std::vector<OrderId>& ids, std::vector<Outcome>& out) {
  if (ids.empty()) return {};
  auto found = orders::find_orders(pool, ids);
  if (!found) return tl::unexpected(found.error());
  auto ended = outcomes_of(pool, *found);
  if (!ended) return tl::unexpected(ended.error());
  for (auto& [order, outcome] : *ended) out.push_back(std::move(outcome));
  return {};
}

Result<void> add_cancellations(postgres::Pool& pool, const std::vector<OrderId>& ids, std::vector<Outcome>& out) {
  if (ids.empty()) return {};
  auto found = orders::find_orders(pool, ids);
  if (!found) return tl::unexpected(found.error());
  const auto ended = outcomes_of(pool, *found);
  if (!ended) return tl::unexpected(ended.error());
  for (auto& order : *found) {
    const auto outcome = ended->find(order.order_id);
    if (!is_cancelled_for_good(order) || outcome == ended->end()) continue;
    out.push_back({CancellationOutcome{std::move(order)}, outcome->second.positions});
  }
  return {};
}

Result<void> add_operations(postgres::Pool& pool, const std::vector<OperationId>& ids, std::vector<Outcome>& out) {
  if (ids.empty()) return {};
  auto found = balances::find_operations(pool, ids);
  if (!found) return tl::unexpected(found.error());
  for (auto& operation : *found) out.push_back(outcome_of(std::move(operation)));
  return {};
}

Result<void> add_accounts(postgres::Pool& pool, const std::vector<UserId>& users, std::vector<Outcome>& out) {
  for (const auto user : users) {
    const auto found = balances::balance_of(pool, user);
    if (!found) return tl::unexpected(found.error());
    if (*found) out.push_back({**found, positions_of({(*found)->place})});
  }
  return {};
}

}  // namespace

Result<std::map<OrderId, Outcome>> outcomes_of(postgres::Pool& pool, const std::vector<orders::OrderView>& views) {
  std::vector<OrderId> ended;
  for (const auto& view : views) {
    if (is_final(view)) ended.push_back(view.order_id);
  }
  std::map<OrderId, Outcome> outcomes;
  if (ended.empty()) return outcomes;
  // Asked after the views, so these places are as new as they are, or newer.
  const auto changes = orders::status_changes(pool, ended);
  if (!changes) return tl::unexpected(changes.error());
  for (const auto& view : views) {
    const auto places = changes->find(view.order_id);
    if (is_final(view) && places != changes->end()) outcomes.emplace(view.order_id, Outcome{view, positions_of(places->second)});
  }
  return outcomes;
}

Outcome outcome_of(balances::OperationOutcome operation) {
  auto positions = positions_of({operation.place});
  return {std::move(operation), std::move(positions)};
}

Result<std::vector<Outcome>> find_outcomes(postgres::Pool& pool, std::span<const Awaited> awaited) {
  std::vector<Outcome> outcomes;
  const auto asked = add_orders(pool, ids_of<OrderId>(awaited, AwaitedKind::order), outcomes)
                         .and_then([&] {
                           return add_cancellations(pool, ids_of<OrderId>(awaited, AwaitedKind::cancellation), outcomes);
                         })
                         .and_then([&] {
                           return add_operations(pool, ids_of<OperationId>(awaited, AwaitedKind::operation), outcomes);
                         })
                         .and_then([&] { return add_accounts(pool, ids_of<UserId>(awaited, AwaitedKind::account), outcomes); });
  if (!asked) return tl::unexpected(asked.error());
  return outcomes;
}

}  // namespace ordo::live
