#pragma once
// Purpose: what is recorded about letters, and its stored form. The text of a letter is made anew from kind, locale and order
//          (letter.hpp); contact data never enters the log.
// Errors: `decode` answers corrupt for a damaged payload and for a type it does not know.
// Threads: plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "events/log/event.hpp"
#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::notifications {

// The numbers are stored: only add.
enum class Channel : std::uint8_t { email = 1 };
enum class Kind : std::uint8_t { happiness = 1, grief = 2, cancellation = 3, refund = 4 };
enum class Locale : std::uint8_t { english, russian };

[[nodiscard]] std::string_view text(Channel channel);  // "email"
[[nodiscard]] std::string_view text(Kind kind);        // "letter_of_happiness", …
[[nodiscard]] std::string_view text(Locale locale);    // "en", "ru"
[[nodiscard]] std::optional<Kind> parse_kind(std::string_view text);
// Takes "ru", "ru-RU", "en", …; English for all that Ordo does not speak.
[[nodiscard]] Locale parse_locale(std::string_view tag);

struct NotificationSent {
  NotificationId notification_id;
  OrderId order_id;
  UserId user_id;
  Channel channel = Channel::email;
  Kind kind = Kind::happiness;
  Locale locale = Locale::english;
  std::uint32_t template_version = 0;
  std::uint32_t attempts = 0;
  friend bool operator==(const NotificationSent&, const NotificationSent&) = default;
};

struct NotificationFailed {
  NotificationId notification_id;
  OrderId order_id;
  UserId user_id;
  Channel channel = Channel::email;
  Kind kind = Kind::happiness;
  std::uint32_t attempts = 0;
  std::string reason;                      // never names an address
  std::optional<Timestamp> next_attempt;   // none: given up
  log::Position order_update;              // where the OrderUpdateMessage stands in ORDERS-<p>
  friend bool operator==(const NotificationFailed&, const NotificationFailed&) = default;
};

using Event = std::variant<NotificationSent, NotificationFailed>;

// One letter of each kind per order: the id says so.
[[nodiscard]] NotificationId notification_of(OrderId order, Kind kind);

[[nodiscard]] log::Payload encode(const Event& event);
[[nodiscard]] log::Topic topic_of(const Event& event);
[[nodiscard]] Result<Event> decode(const log::Payload& payload);

}  // namespace ordo::notifications
