#pragma once
// Purpose: letters, folded: one row per letter that a batch speaks of, as its last event in the batch leaves it.
// Threads: one.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/log/event.hpp"
#include "events/notifications/events.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

struct NotificationRow {
  NotificationId notification_id;
  OrderId order_id;
  UserId user_id;
  notifications::Channel channel = notifications::Channel::email;
  notifications::Kind kind = notifications::Kind::happiness;
  std::optional<notifications::Locale> locale;
  std::optional<std::uint32_t> template_version;
  std::string_view state;  // sent, retrying, failed
  std::uint32_t attempts = 0;
  std::optional<std::string> reason;
  std::optional<Timestamp> next_attempt_at;
  std::optional<Timestamp> sent_at;
  Timestamp created_at;
  std::string correlation_id;
  bool is_new = false;  // the batch holds its first attempt

  friend bool operator==(const NotificationRow&, const NotificationRow&) = default;
};

class NotificationRows {
 public:
  explicit NotificationRows(std::string_view schema);

  void add(const log::Event& event, const notifications::NotificationSent& sent);
  void add(const log::Event& event, const notifications::NotificationFailed& failed);

  [[nodiscard]] const std::vector<NotificationRow>& rows() const { return rows_; }
  // What is new goes by COPY, which costs the server half of an upsert: its owner counts the attempts of a letter one by one, from 1, and a
  // lane writes each event once, so no row of it can stand there. A log that says a first attempt twice is refused by the key.
  [[nodiscard]] Result<void> write(postgres::Transaction& transaction) const;
  // Into a table without keys: what became of a letter later makes another row, and `notifications_bulk_tables` leaves the last.
  [[nodiscard]] Result<void> copy(postgres::Transaction& transaction) const;
  void clear();

 private:
  void put(NotificationRow row);
  [[nodiscard]] Result<void> copy_new(postgres::Transaction& transaction) const;
  [[nodiscard]] Result<void> upsert_others(postgres::Transaction& transaction) const;

  std::string statement_;
  std::string copy_;
  std::vector<NotificationRow> rows_;
  std::unordered_map<NotificationId, std::size_t> places_;
};

}  // namespace ordo::projections
