#include "gateway/live/outcome.hpp"

#include "events/billing/events.hpp"
#include "events/orders/events.hpp"
#include "events/parking/events.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::live {
namespace {

using View = decltype(Outcome::view);

orders::OrderView view_of(const orders::OrderUpdateMessage& update, Timestamp time) {
  orders::OrderView view;
  view.order_id = update.purchase.order_id;
  view.user_id = update.purchase.user_id;
  view.status = text(update.status);
  if (update.purchase.has_items()) view.items_json = orders::items_json(update.purchase.items);
  view.total = update.purchase.total;
  view.payment_operation_id = update.payment_operation_id;
  if (update.reason) view.cancel_reason = text(*update.reason);
  view.created_at = update.requested_at;
  view.updated_at = time;
  view.version = update.version;
  view.fingerprint = update.purchase.fingerprint;
  if (update.cancellation) view.cancellation_id = update.cancellation->id;
  return view;
}

using Views = std::vector<View>;

Views views_of(const orders::Event& event, Timestamp time) {
  return visit(
      event, [](const orders::OrderPending&) { return Views(); },
      [&](const orders::OrderUpdateMessage& update) {
        Views views;
        auto view = view_of(update, time);
        // Without items it is a later change, which nobody waits for who waits for the order.
        if (update.purchase.has_items()) views.emplace_back(view);
        if (is_cancelled_for_good(view)) views.emplace_back(CancellationOutcome{std::move(view)});
        return views;
      });
}

Views views_of(const billing::Event& event, Timestamp time) {
  return visit(
      event,
      [&](const billing::AccountOpened& opened) -> Views {
        return {balances::BalanceView{opened.user_id, {0, opened.currency}, time, 0, {}}};
      },
      // It says nothing of the balance, which the read model does.
      [](const billing::AccountConfirmed&) { return Views(); },
      [&](const billing::AccountToppedUp& topped_up) -> Views {
        return {balances::OperationOutcome{topped_up.operation_id, topped_up.user_id,       topped_up.amount,
                                           topped_up.fingerprint,  topped_up.balance_after, std::nullopt, time, {}}};
      },
      [&](const billing::TopUpRefused& refused) -> Views {
        return {balances::OperationOutcome{refused.operation_id, refused.user_id, refused.amount, refused.fingerprint,
                                           std::nullopt, std::string(text(refused.reason)), time, {}}};
      },
      [](const billing::PaymentProcessed&) { return Views(); }, [](const billing::PaymentRefunded&) { return Views(); });
}

// COMMANDS tells a reader nothing that the answer of its owner does not, and USERS has no readers to wait for.
bool is_read_for_outcomes(log::StreamKind stream) {
  return stream == log::StreamKind::orders || stream == log::StreamKind::billing;
}

template <class DecodedEvent>
Result<std::vector<Outcome>> outcomes_of(const Result<DecodedEvent>& decoded, const log::Event& event,
                                         const log::StreamPosition& position) {
  if (!decoded) return tl::unexpected(decoded.error());
  std::vector<Outcome> outcomes;
  for (auto& view : views_of(*decoded, event.time)) {
    Outcome outcome{std::move(view), {position}};
    if (event.cause && is_read_for_outcomes(event.cause->stream)) {
      outcome.positions.push_back({{event.cause->stream, position.stream.partition}, event.cause->position});
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

}  // namespace

Awaited awaited_of(const Outcome& outcome) {
  return visit(
      outcome.view, [](const orders::OrderView& order) { return Awaited{AwaitedKind::order, order.order_id.bytes()}; },
      [](const CancellationOutcome& cancelled) {
        return Awaited{AwaitedKind::cancellation, cancelled.order.order_id.bytes()};
      },
      [](const balances::OperationOutcome& operation) {
        return Awaited{AwaitedKind::operation, operation.operation_id.bytes()};
      },
      [](const balances::BalanceView& balance) { return Awaited{AwaitedKind::account, balance.user_id.bytes()}; });
}

bool is_final(const orders::OrderView& order) { return order.status != "NEW" && order.status != "PENDING"; }

bool is_cancelled_for_good(const orders::OrderView& order) {
  return order.status == "REFUNDED" || (order.status == "CANCELLED" && !order.payment_operation_id);
}

Result<std::vector<Outcome>> outcomes_of(const log::Event& event, const log::StreamPosition& position) {
  if (parking::is_parking(event.payload)) return std::vector<Outcome>();  // nothing has ended
  switch (position.stream.kind) {
    case log::StreamKind::orders: return outcomes_of(orders::decode(event.payload), event, position);
    case log::StreamKind::billing: return outcomes_of(billing::decode(event.payload), event, position);
    case log::StreamKind::commands:
    case log::StreamKind::users:
    case log::StreamKind::notifications:
    case log::StreamKind::operations:
    case log::StreamKind::parked:
    case log::StreamKind::audit: break;
  }
  return std::vector<Outcome>();
}

}  // namespace ordo::live
