#include "events/notifications/events.hpp"

namespace ordo::notifications {

std::string_view text(Channel channel) {
  switch (channel) {
    case Channel::email: return "email";
  }
  return "unknown";
}

std::string_view text(Kind kind) {
  switch (kind) {
    case Kind::happiness: return "letter_of_happiness";
    case Kind::grief: return "letter_of_grief";
    case Kind::cancellation: return "letter_of_cancellation";
    case Kind::refund: return "letter_of_refund";
  }
  return "unknown";
}

std::string_view text(Locale locale) {
  switch (locale) {
    case Locale::english: return "en";
    case Locale::russian: return "ru";
  }
  return "en";
}

std::optional<Kind> parse_kind(std::string_view wanted) {
  for (const auto kind : {Kind::happiness, Kind::grief, Kind::cancellation, Kind::refund}) {
    if (text(kind) == wanted) return kind;
  }
  return std::nullopt;
}

Locale parse_locale(std::string_view tag) {
  const auto is = [](char letter, char lower) { return (letter | 0x20) == lower; };
  const bool russian = tag.size() >= 2 && is(tag[0], 'r') && is(tag[1], 'u');
  // "rup" and "rue" are languages of their own.
  const bool ends = tag.size() == 2 || (tag.size() > 2 && (tag[2] == '-' || tag[2] == '_'));
  return russian && ends ? Locale::russian : Locale::english;
}

NotificationId notification_of(OrderId order, Kind kind) {
  return NotificationId::derived("notification", {order.raw(), text(kind)});
}

log::Topic topic_of(const Event& event) {
  return std::holds_alternative<NotificationSent>(event) ? log::Topic::notification_sent : log::Topic::notification_failed;
}

}  // namespace ordo::notifications
