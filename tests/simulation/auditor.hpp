#pragma once
// Purpose: a second opinion on everything that is stored: folds the log with code of its own and throws at the first message that breaks
//          a promise.
//   no wallet below zero; balances + paid − refunded = top-ups; an order is charged at most once, refunded at most once, and only what
//   was charged, and is cancelled at most once; statuses move along the state machine; a letter is recorded as sent once; an input
//   causes at most one event of a context; checkpoints never go back; while a key is parked, nothing else of it is decided, and of what is
//   parked the first first.
// Threads: one.

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "events/billing/events.hpp"
#include "events/log/event.hpp"
#include "events/log/event_log.hpp"
#include "events/notifications/events.hpp"
#include "events/orders/events.hpp"
#include "events/parking/events.hpp"

namespace ordo::simulation {

class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void require(bool holds, std::string_view promise) {
  if (!holds) throw Violation(std::string(promise));
}

struct AuditedOrder {
  orders::Purchase purchase;
  orders::Status status = orders::Status::new_;  // as ORDERS says; NEW while only the command is known
  std::uint64_t command_sequence = 0;            // of the command that made it
  std::uint32_t version = 1;
  bool charged = false;  // as BILLING says
  bool billed = false;
  bool refunded = false;
  std::set<CancellationId> cancellations;     // that were asked for
  std::set<notifications::Kind> letters_due;  // that its changes ask for

  // Nothing more will become of it unless somebody asks. A cancellation that was stored is always carried out.
  [[nodiscard]] bool has_ended() const {
    if (status == orders::Status::cancelled) return billed && !charged;
    return status == orders::Status::refunded || (status == orders::Status::paid && cancellations.empty());
  }
};

class Auditor {
 public:
  // Throws Violation.
  void stored(const log::StoredMessage& message);

  [[nodiscard]] const std::unordered_map<OrderId, AuditedOrder>& orders() const { return orders_; }
  [[nodiscard]] const std::map<UserId, std::int64_t>& balances() const { return balances_; }
  [[nodiscard]] bool has_decided(OperationId operation) const { return operations_.contains(operation); }
  [[nodiscard]] bool has_recorded(NotificationId letter) const { return sent_.contains(letter); }
  // Up to where an owner's stream says that an input is decided.
  [[nodiscard]] log::Position decided(log::StreamName output, log::StreamKind input) const;
  [[nodiscard]] std::size_t events() const { return events_; }
  // What is parked, by the output stream of its owner and the key: the inputs' ids in their order.
  using Parked = std::map<std::pair<log::StreamKind, log::Key>, std::deque<EventId>>;
  [[nodiscard]] const Parked& parked() const { return parked_; }
  [[nodiscard]] std::uint64_t parked_behind() const { return parked_behind_; }

  // What stood in a wallet, and how an order stood, once this message was folded.
  [[nodiscard]] std::int64_t balance_at(UserId user, std::uint64_t sequence) const;
  [[nodiscard]] orders::Status status_at(OrderId order, std::uint64_t sequence) const;

 private:
  template <class Value>
  using History = std::vector<std::pair<std::uint64_t, Value>>;

  void follow(const log::StoredMessage& message, const log::Run& run);
  void parked(log::StreamKind context, const log::Event& event);
  void require_its_turn(log::StreamKind context, const log::Event& event) const;
  void command(std::uint64_t sequence, const log::Event& event);
  void billed(std::uint64_t sequence, const log::Event& event);
  void ordered(std::uint64_t sequence, const log::Event& event);
  void notified(const log::Event& event);

  [[nodiscard]] AuditedOrder& known(OrderId id);
  void refuse_charge(const billing::PaymentProcessed& payment, billing::Refusal reason);
  void change_status(const orders::OrderUpdateMessage& update);
  void repeat_status(const orders::OrderUpdateMessage& update);
  void cancel_on_request(AuditedOrder& order, const orders::OrderUpdateMessage& update);
  void refunded(const billing::PaymentRefunded& refund, std::uint64_t sequence);
  void move_money(UserId user, std::int64_t amount, std::int64_t balance_after, std::uint64_t sequence);

  std::unordered_map<OrderId, AuditedOrder> orders_;
  std::unordered_map<OrderId, History<orders::Status>> status_history_;
  std::map<UserId, std::int64_t> balances_;
  std::unordered_map<UserId, History<std::int64_t>> balance_history_;
  std::map<std::uint64_t, billing::TopUpRequested> top_up_commands_;  // not decided yet, by their sequence
  std::set<OperationId> operations_;
  std::set<NotificationId> sent_;
  std::unordered_set<EventId> event_ids_;
  std::set<std::tuple<log::StreamName, log::StreamKind, log::Position, bool>> causes_;  // and whether it was parked
  std::map<log::StreamName, log::Checkpoints> checkpoints_;
  Parked parked_;
  std::uint64_t parked_behind_ = 0;
  std::int64_t topped_up_ = 0;
  std::int64_t paid_ = 0;
  std::size_t events_ = 0;
};

}  // namespace ordo::simulation
