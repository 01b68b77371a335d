#pragma once
// Purpose: the letters that were sent to a user, or could not be. Their text is not stored: it is rendered anew from kind, locale,
//          template version and the order, which comes along.
// Errors: as query-side/postgres/connection.hpp. Threads: every function may be called from every thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/money.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/time.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::notifications {

// What a letter says of its order.
struct LetterOrder {
  std::string items_json;
  Money total;
  std::optional<OperationId> payment_operation_id;
  std::optional<std::string> cancel_reason;
};

struct NotificationView {
  NotificationId notification_id;
  OrderId order_id;
  UserId user_id;
  std::string channel;                // email
  std::string kind;                   // letter_of_happiness, letter_of_grief
  std::optional<std::string> locale;  // en, ru; known once the letter was sent
  std::optional<std::uint32_t> template_version;
  std::string state;                  // sent, retrying, failed
  std::uint32_t attempts = 0;
  std::optional<std::string> reason;  // why the last attempt failed
  std::optional<Timestamp> next_attempt_at;
  std::optional<Timestamp> sent_at;
  Timestamp created_at;
  std::string correlation_id;
  std::optional<LetterOrder> order;  // nothing: the orders' projection has not come to it yet
};

// The place of a letter in a list, newest first: what a cursor holds.
struct NotificationKey {
  Timestamp created_at;
  NotificationId notification_id;
  friend bool operator==(const NotificationKey&, const NotificationKey&) = default;
};

struct NotificationPage {
  std::vector<NotificationView> notifications;
  std::optional<NotificationKey> next;  // nothing on the last page
  bool degraded = false;                // an event of a letter is parked: some may be missing, or behind
};

[[nodiscard]] Result<NotificationPage> list_notifications(postgres::Pool& pool, UserId user, std::size_t limit,
                                                          const std::optional<NotificationKey>& after,
                                                          std::size_t offset = 0);

}  // namespace ordo::notifications
