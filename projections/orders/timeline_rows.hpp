#pragma once
// Purpose: the timeline of orders, folded: one row for every event that belongs to an order. Every lane feeds it with its own.
// Threads: one.

#include <optional>
#include <string>
#include <vector>

#include "events/billing/events.hpp"
#include "events/log/event.hpp"
#include "events/notifications/events.hpp"
#include "events/orders/events.hpp"
#include "events/parking/events.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

struct TimelineRow {
  OrderId order_id;
  UserId user_id;
  log::StreamPosition at;
  std::string type;
  EventId event_id;
  std::optional<log::Cause> cause;
  std::string correlation_id;
  std::optional<UserId> actor;
  Timestamp occurred_at;
  std::string data;  // JSON

  friend bool operator==(const TimelineRow&, const TimelineRow&) = default;
};

class TimelineRows {
 public:
  explicit TimelineRows(std::string_view schema);

  // Two rows where a client asked for it: the second one is the command's. It is taken from here because the command itself may be
  // gone from its stream.
  void add(const log::StreamPosition& at, const log::Event& event, const orders::OrderPending& pending);
  void add(const log::StreamPosition& at, const log::Event& event, const orders::OrderUpdateMessage& update);
  void add(const log::StreamPosition& at, const log::Event& event, const billing::PaymentProcessed& payment);
  void add(const log::StreamPosition& at, const log::Event& event, const billing::PaymentRefunded& refund);
  void add(const log::StreamPosition& at, const log::Event& event, const notifications::NotificationSent& sent);
  void add(const log::StreamPosition& at, const log::Event& event, const notifications::NotificationFailed& failed);

  // One row where it is about an order. Why something could not be decided is an operator's to read: here it is told in general.
  void add(const log::StreamPosition& at, const log::Event& event, const parking::Event& said);

  [[nodiscard]] const std::vector<TimelineRow>& rows() const { return rows_; }
  // A plain insert: an event that stands there already means that something held twice what it may hold once.
  [[nodiscard]] Result<void> write(postgres::Transaction& transaction) const;
  void clear() { rows_.clear(); }

 private:
  void add(OrderId order, UserId user, const log::StreamPosition& at, const log::Event& event, std::string data);
  void add_command(const orders::Purchase& purchase, const log::StreamPosition& at, const log::Event& event, std::string_view type,
                   Timestamp requested_at, std::string data);

  std::string copy_;
  std::vector<TimelineRow> rows_;
};

}  // namespace ordo::projections
