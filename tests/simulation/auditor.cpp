#include "tests/simulation/auditor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/vocabulary/visit.hpp"

namespace ordo::simulation {
namespace {

template <class Value>
Value value_at(const std::vector<std::pair<std::uint64_t, Value>>& history, std::uint64_t sequence, Value before) {
  const auto later = std::ranges::upper_bound(history, sequence, {}, [](const auto& entry) { return entry.first; });
  return later == history.begin() ? before : std::prev(later)->second;
}

}  // namespace

void Auditor::stored(const log::StoredMessage& message) {
  const auto run = log::decode_run(message.payload);
  require(run.has_value(), "every message is a run");
  follow(message, *run);
  for (const auto& event : run->events) {
    ++events_;
    if (parking::is_parking(event.payload)) {
      parked(message.stream.kind, event);
      continue;
    }
    require_its_turn(message.stream.kind, event);
    switch (message.stream.kind) {
      case log::StreamKind::commands: command(message.sequence, event); break;
      case log::StreamKind::users:
      case log::StreamKind::operations:
      case log::StreamKind::parked:
      case log::StreamKind::audit: break;
      case log::StreamKind::orders: ordered(message.sequence, event); break;
      case log::StreamKind::billing: billed(message.sequence, event); break;
      case log::StreamKind::notifications: notified(event); break;
    }
  }
}

void Auditor::follow(const log::StoredMessage& message, const log::Run& run) {
  auto& checkpoints = checkpoints_[message.stream];
  for (const auto& [kind, position] : run.checkpoints) {
    auto& before = checkpoints[kind];
    if (position < before) throw Violation(fmt::format("the checkpoint of {} in {} goes back", log::text(kind), log::text(message.stream)));
    before = position;
  }
  for (const auto& event : run.events) {
    if (!event.cause) continue;
    require(event_ids_.insert(event.id).second, "an event stands in the log twice");
    // A letter may fail again and again for one cause.
    if (message.stream.kind == log::StreamKind::notifications) continue;
    const bool is_parked = parking::is_parking(event.payload);
    const auto fresh = causes_.emplace(message.stream, event.cause->stream, event.cause->position, is_parked).second;
    if (!fresh) throw Violation(fmt::format("{} was decided twice in {}", log::text(event.cause->stream), log::text(message.stream)));
  }
}

void Auditor::parked(log::StreamKind context, const log::Event& event) {
  const auto said = parking::decode(event.payload);
  require(said.has_value(), "what is said of parking can be read");
  visit(
      *said,
      [&](const parking::InputParked& input) {
        require(input.fault.has_value() == (input.input.payload.bytes == "broken") || parked_.contains({context, input.key}),
                "a sound input is parked");
        if (!input.fault) ++parked_behind_;
        parked_[{context, input.key}].push_back(input.input.id);
      },
      [&](const parking::ParkedReleased& released) {
        const auto found = parked_.find({context, released.key});
        const auto there = found == parked_.end() ? 0 : found->second.size();
        require(there == std::size_t{released.discarded} + released.decided + released.left, "of what was parked some is lost");
        if (there == 0) return;
        found->second.erase(found->second.begin(), found->second.begin() + released.discarded + released.decided);
        if (found->second.empty()) parked_.erase(found);
      });
}

void Auditor::require_its_turn(log::StreamKind context, const log::Event& event) const {
  if (!event.cause || !event.trace.key || !log::parking_topic_of(context)) return;
  for (const auto& key : {*event.trace.key, log::Key{event.trace.key->user, std::nullopt}}) {
    const auto found = parked_.find({context, key});
    if (found == parked_.end()) continue;
    const bool is_parked = std::ranges::count(found->second, event.cause->event_id) > 0;
    require(is_parked, "an input is decided though its key is parked");
    return;
  }
}

void Auditor::command(std::uint64_t sequence, const log::Event& event) {
  if (const auto order = orders::decode_command(event.payload); order && *order) {
    visit(
        **order,
        [&](const orders::OrderCreateRequested& create) {
          orders_.try_emplace(create.purchase.order_id, AuditedOrder{create.purchase, orders::Status::new_, sequence});
        },
        [&](const orders::OrderCancelRequested& cancel) { known(cancel.order_id).cancellations.insert(cancel.cancellation_id); });
  }
  if (const auto money = billing::decode_command(event.payload); money && *money) {
    const auto* top_up = std::get_if<billing::TopUpRequested>(&**money);
    if (top_up != nullptr && !operations_.contains(top_up->operation_id)) top_up_commands_.emplace(sequence, *top_up);
  }
}

AuditedOrder& Auditor::known(OrderId id) {
  const auto found = orders_.find(id);
  require(found != orders_.end(), "an event speaks of an order that nobody asked for");
  return found->second;
}

void Auditor::move_money(UserId user, std::int64_t amount, std::int64_t balance_after, std::uint64_t sequence) {
  require(balances_.contains(user), "money moves in a wallet that was never opened");
  auto& balance = balances_.at(user);
  balance += amount;
  require(balance >= 0, "a wallet is below zero");
  require(balance == balance_after, "the balance after an operation is not the sum of all before");
  balance_history_[user].emplace_back(sequence, balance);
  std::int64_t sum = 0;
  for (const auto& [owner, money] : balances_) sum += money;
  require(sum + paid_ == topped_up_, "balances + paid − refunded is not what was topped up");
}

void Auditor::billed(std::uint64_t sequence, const log::Event& event) {
  const auto decoded = billing::decode(event.payload);
  require(decoded.has_value(), "BILLING holds what it should");
  visit(
      *decoded,
      [&](const billing::AccountOpened& opened) {
        require(balances_.emplace(opened.user_id, 0).second, "an account is opened twice");
        balance_history_[opened.user_id].emplace_back(sequence, 0);
      },
      [&](const billing::AccountConfirmed& confirmed) {
        require(balances_.contains(confirmed.user_id), "an account is confirmed that was never opened");
        require(operations_.insert(confirmed.keyed.operation_id).second, "an account is confirmed twice under one key");
      },
      [&](const billing::AccountToppedUp& topped_up) {
        require(operations_.insert(topped_up.operation_id).second, "a top-up is made twice");
        std::erase_if(top_up_commands_, [&](const auto& waiting) { return waiting.second.operation_id == topped_up.operation_id; });
        topped_up_ += topped_up.amount.minor;
        move_money(topped_up.user_id, topped_up.amount.minor, topped_up.balance_after, sequence);
      },
      [&](const billing::TopUpRefused& refused) {
        require(operations_.insert(refused.operation_id).second, "a top-up is refused twice");
        throw Violation("a top-up of a wallet that was opened before is refused");
      },
      [&](const billing::PaymentProcessed& payment) {
        auto& order = known(payment.order_id);
        require(!order.billed, "an order is billed twice");
        order.billed = true;
        require(payment.amount == order.purchase.total && payment.user_id == order.purchase.user_id, "another amount or wallet is charged");
        if (payment.paid()) {
          order.charged = true;
          paid_ += payment.amount.minor;
          move_money(payment.user_id, -payment.amount.minor, payment.balance_after, sequence);
        } else {
          refuse_charge(payment, std::get<billing::Refusal>(payment.outcome));
        }
      },
      [&](const billing::PaymentRefunded& refund) { refunded(refund, sequence); });
}

void Auditor::refunded(const billing::PaymentRefunded& refund, std::uint64_t sequence) {
  auto& order = known(refund.order_id);
  require(order.status == orders::Status::cancelled, "an order is refunded that is not cancelled");
  require(order.charged, "an order is refunded that was not charged");
  require(!order.refunded, "an order is refunded twice");
  require(refund.amount == order.purchase.total && refund.user_id == order.purchase.user_id, "another amount or wallet is refunded");
  require(operations_.insert(refund.operation_id).second, "a refund is made twice");
  order.refunded = true;
  paid_ -= refund.amount.minor;
  move_money(refund.user_id, refund.amount.minor, refund.balance_after, sequence);
}

void Auditor::refuse_charge(const billing::PaymentProcessed& payment, billing::Refusal reason) {
  require(reason == billing::Refusal::insufficient_funds, "an order is refused for another reason than money");
  require(balances_.at(payment.user_id) < payment.amount.minor, "an order is refused although the wallet can pay");
  const auto& order = known(payment.order_id);
  for (const auto& [sequence, top_up] : top_up_commands_) {
    const bool came_before = sequence < order.command_sequence && top_up.user_id == payment.user_id;
    require(!came_before, "an order is refused before a top-up that was accepted before it");
  }
}

void Auditor::ordered(std::uint64_t sequence, const log::Event& event) {
  const auto decoded = orders::decode(event.payload);
  require(decoded.has_value(), "ORDERS holds what it should");
  visit(
      *decoded,
      [&](const orders::OrderPending& pending) {
        auto& order = known(pending.purchase.order_id);
        require(order.status == orders::Status::new_, "an order becomes pending twice");
        require(order.purchase == pending.purchase, "an order is not what was asked for");
        order.status = orders::Status::pending;
        order.version = 2;
        status_history_[pending.purchase.order_id].emplace_back(sequence, order.status);
      },
      [&](const orders::OrderUpdateMessage& update) {
        if (!event.cause) return repeat_status(update);
        change_status(update);
        status_history_[update.purchase.order_id].emplace_back(sequence, update.status);
      });
}

void Auditor::change_status(const orders::OrderUpdateMessage& update) {
  auto& order = known(update.purchase.order_id);
  require(update.purchase.user_id == order.purchase.user_id, "an order's change names another user");
  require(update.version == order.version + 1, "an order's versions do not count its changes");
  if (update.reason == orders::CancelReason::requested) {
    cancel_on_request(order, update);
  } else if (update.status == orders::Status::refunded) {
    require(order.status == orders::Status::cancelled && order.refunded, "an order is called refunded that is not");
    order.letters_due.insert(notifications::Kind::refund);
  } else {
    require(order.status == orders::Status::pending, "an order that has ended ends again");
    require(order.billed, "an order ends before it was billed");
    const bool paid = update.status == orders::Status::paid;
    require(paid == order.charged, "an order is paid that was not charged, or cancelled that was");
    order.letters_due.insert(paid ? notifications::Kind::happiness : notifications::Kind::grief);
  }
  order.version = update.version;
  order.status = update.status;
}

// What no owner has decided changes nothing.
void Auditor::repeat_status(const orders::OrderUpdateMessage& update) {
  const auto& order = known(update.purchase.order_id);
  require(update.version == order.version && update.status == order.status, "an order changes for no cause");
}

void Auditor::cancel_on_request(AuditedOrder& order, const orders::OrderUpdateMessage& update) {
  require(order.cancellations.contains(update.cancellation->id), "an order is cancelled that nobody asked to cancel");
  const bool was_paid = order.status == orders::Status::paid;
  require(was_paid || order.status == orders::Status::pending, "an order that is over is cancelled");
  require(was_paid == update.payment_operation_id.has_value(), "a cancellation names a payment if and only if there was one");
  if (!was_paid) order.letters_due.insert(notifications::Kind::cancellation);
}

void Auditor::notified(const log::Event& event) {
  const auto decoded = notifications::decode(event.payload);
  require(decoded.has_value(), "NOTIFICATIONS holds what it should");
  if (const auto* sent = std::get_if<notifications::NotificationSent>(&*decoded)) {
    require(sent_.insert(sent->notification_id).second, "a letter is recorded as sent twice");
  }
}

log::Position Auditor::decided(log::StreamName output, log::StreamKind input) const {
  const auto stream = checkpoints_.find(output);
  if (stream == checkpoints_.end()) return {};
  const auto checkpoint = stream->second.find(input);
  return checkpoint == stream->second.end() ? log::Position{} : checkpoint->second;
}

std::int64_t Auditor::balance_at(UserId user, std::uint64_t sequence) const {
  return value_at<std::int64_t>(balance_history_.at(user), sequence, 0);
}

orders::Status Auditor::status_at(OrderId order, std::uint64_t sequence) const {
  const auto found = status_history_.find(order);
  if (found == status_history_.end()) return orders::Status::new_;
  return value_at(found->second, sequence, orders::Status::new_);
}

}  // namespace ordo::simulation
