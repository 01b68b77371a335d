#include "gateway/notifications/notification_json.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/notifications/letter.hpp"
#include "gateway/http/body.hpp"

namespace ordo::notifications {
namespace {

constexpr http::TextRule kAnyText{0, 10'000, http::Lines::many};

// The items as they stand in the read model, which wrote them itself.
std::optional<std::vector<orders::Item>> parse_items(const std::string& items_json) {
  auto body = http::Body::parse(fmt::format("{{\"items\":{}}}", items_json));
  if (!body) return std::nullopt;
  std::vector<orders::Item> items;
  body->required_objects("items", 1, orders::kItemsMax, [&](http::ObjectReader& reader) {
    items.push_back({reader.required_string("sku", kAnyText), reader.optional_string("name", kAnyText).value_or(""),
                     reader.required_integer("quantity", 1, orders::kQuantityMax),
                     reader.required_integer("unit_price", 1, kAmountMax)});
  });
  if (!body->finish()) return std::nullopt;
  return items;
}

std::optional<Letter> letter_of(const NotificationView& notification) {
  const auto kind = parse_kind(notification.kind);
  if (!kind || !notification.locale || !notification.template_version || !notification.order) return std::nullopt;
  auto items = parse_items(notification.order->items_json);
  if (!items) return std::nullopt;
  const LetterFacts facts{notification.order_id, std::move(*items), notification.order->total,
                          orders::parse_cancel_reason(notification.order->cancel_reason.value_or(""))};
  return compose(*notification.template_version, *kind, parse_locale(*notification.locale), facts);
}

// The read model's "sent" is the clients' "SENT", as with the states of orders.
std::string in_capitals(std::string state) {
  std::ranges::transform(state, state.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return state;
}

void write_text(JsonText& json, std::string_view name, const std::optional<std::string>& value) {
  json.key(name);
  value ? json.value(*value) : json.null();
}

}  // namespace

void write(JsonText& json, const NotificationView& notification) {
  const auto letter = letter_of(notification);
  json.open_object()
      .member("id", notification.notification_id.text())
      .member("order_id", notification.order_id.text())
      .member("user_id", notification.user_id.text())
      .member("channel", notification.channel)
      .member("kind", notification.kind)
      .member_if("locale", notification.locale);
  write_text(json, "subject", letter ? std::optional(letter->subject) : std::nullopt);
  write_text(json, "body", letter ? std::optional(letter->text) : std::nullopt);
  json.member("state", in_capitals(notification.state))
      .member("attempts", notification.attempts)
      .member_if("reason", notification.reason);
  if (notification.next_attempt_at) json.member("next_attempt_at", text(*notification.next_attempt_at));
  write_text(json, "sent_at", notification.sent_at ? std::optional(text(*notification.sent_at)) : std::nullopt);
  json.member("created_at", text(notification.created_at))
      .member("correlation_id", notification.correlation_id)
      .close_object();
}

}  // namespace ordo::notifications
