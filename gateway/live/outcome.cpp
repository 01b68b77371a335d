#include "gateway/live/outcome.hpp"

#include "events/billing/events.hpp"
#include "events/orders/events.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::live {
namespace {

using View = decltype(Outcome::view);

orders::OrderView view_of(const orders::OrderUpdateMessage& update, Timestamp time) {
  orders::OrderView view;
  view.order_id = update.purchase.order_id;
  view.user_id = update.purchase.user_id;
  view.status = text(update.status);
  view.items_json = orders::items_json(update.purchase.items);
  view.total = update.purchase.total;
  view.payment_operation_id = update.payment_operation_id;
  if (update.reason) view.cancel_reason = text(*update.reason);
  view.created_at = update.requested_at;
  view.updated_at = time;
  view.version = update.version;
  view.fingerprint = update.purchase.fingerprint;
  return view;
}

std::optional<View> view_of(const orders::Event& event, Timestamp time) {
  return visit(
      event, [](const orders::OrderPending&) -> std::optional<View> { return std::nullopt; },
      [&](const orders::OrderUpdateMessage& update) -> std::optional<View> { return view_of(update, time); });
}

std::optional<View> view_of(const billing::Event& event, Timestamp time) {
  using Made = std::optional<View>;
  return visit(
      event,
      [&](const billing::AccountOpened& opened) -> Made {
        return balances::BalanceView{opened.user_id, {0, opened.currency}, time, 0, {}};
      },
      [&](const billing::AccountToppedUp& topped_up) -> Made {
        return balances::OperationOutcome{topped_up.operation_id, topped_up.user_id,       topped_up.amount,
                                          topped_up.fingerprint,  topped_up.balance_after, std::nullopt, time, {}};
      },
      [&](const billing::TopUpRefused& refused) -> Made {
        return balances::OperationOutcome{refused.operation_id, refused.user_id, refused.amount, refused.fingerprint,
                                          std::nullopt, std::string(text(refused.reason)), time, {}};
      },
      [](const billing::PaymentProcessed&) -> Made { return std::nullopt; });
}

// COMMANDS tells a reader nothing that the answer of its owner does not, and USERS has no readers to wait for.
bool is_read_for_outcomes(log::StreamKind stream) {
  return stream == log::StreamKind::orders || stream == log::StreamKind::billing;
}

template <class DecodedEvent>
Result<std::optional<Outcome>> outcome_of(const Result<DecodedEvent>& decoded, const log::Event& event,
                                          const log::StreamPosition& position) {
  if (!decoded) return tl::unexpected(decoded.error());
  auto view = view_of(*decoded, event.time);
  if (!view) return std::nullopt;
  Outcome outcome{std::move(*view), {position}};
  if (event.cause && is_read_for_outcomes(event.cause->stream)) outcome.positions.push_back({{event.cause->stream, position.stream.partition}, event.cause->position});
  return outcome;
}

}  // namespace

Awaited awaited_of(const Outcome& outcome) {
  return visit(
      outcome.view, [](const orders::OrderView& order) { return Awaited{AwaitedKind::order, order.order_id.bytes()}; },
      [](const balances::OperationOutcome& operation) {
        return Awaited{AwaitedKind::operation, operation.operation_id.bytes()};
      },
      [](const balances::BalanceView& balance) { return Awaited{AwaitedKind::account, balance.user_id.bytes()}; });
}

bool is_final(const orders::OrderView& order) { return order.status != "NEW" && order.status != "PENDING"; }

Result<std::optional<Outcome>> outcome_of(const log::Event& event, const log::StreamPosition& position) {
  switch (position.stream.kind) {
    case log::StreamKind::orders: return outcome_of(orders::decode(event.payload), event, position);
    case log::StreamKind::billing: return outcome_of(billing::decode(event.payload), event, position);
    case log::StreamKind::commands:
    case log::StreamKind::users:
    case log::StreamKind::notifications: break;
  }
  return std::nullopt;
}

}  // namespace ordo::live
