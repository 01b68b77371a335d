#include "events/codec/field_reader.hpp"
#include "events/notifications/events.hpp"
#include "events/notifications/v1/notifications.pb.h"

namespace ordo::notifications {
namespace {

using codec::FieldReader;

constexpr std::string_view kNotificationSent = "NotificationSent.v1";
constexpr std::string_view kNotificationFailed = "NotificationFailed.v1";

// Which letter an event is about.
template <class Event, class Message>
void write_letter(const Event& event, Message& out) {
  out.set_notification_id(std::string(event.notification_id.raw()));
  out.set_order_id(std::string(event.order_id.raw()));
  out.set_user_id(std::string(event.user_id.raw()));
  out.set_channel(static_cast<v1::Channel>(event.channel));
  out.set_kind(static_cast<v1::Kind>(event.kind));
  out.set_attempts(event.attempts);
}

template <class Event, class Message>
Event read_letter(const Message& in, FieldReader& fields) {
  Event event;
  event.notification_id = fields.id<NotificationId>(in.notification_id(), "notification_id");
  event.order_id = fields.id<OrderId>(in.order_id(), "order_id");
  event.user_id = fields.id<UserId>(in.user_id(), "user_id");
  event.channel = fields.enumerator(in.channel(), Channel::email, Channel::email, "channel");
  event.kind = fields.enumerator(in.kind(), Kind::happiness, Kind::refund, "kind");
  event.attempts = in.attempts();
  return event;
}

// Exactly what `text` writes: a letter that is shown again must be the letter that was sent.
std::optional<Locale> stored_locale(std::string_view tag) {
  for (const auto locale : {Locale::english, Locale::russian}) {
    if (text(locale) == tag) return locale;
  }
  return std::nullopt;
}

log::Payload encode(const NotificationSent& event) {
  v1::NotificationSent out;
  write_letter(event, out);
  out.set_locale(std::string(text(event.locale)));
  out.set_template_version(event.template_version);
  return log::to_payload(std::string(kNotificationSent), out);
}

log::Payload encode(const NotificationFailed& event) {
  v1::NotificationFailed out;
  write_letter(event, out);
  out.set_reason(event.reason);
  if (event.next_attempt) out.set_next_attempt_unix_ms(event.next_attempt->unix_ms);
  out.set_order_update_sequence(event.order_update.sequence);
  out.set_order_update_index(event.order_update.index);
  return log::to_payload(std::string(kNotificationFailed), out);
}

Result<Event> decode_sent(const log::Payload& payload) {
  const auto in = log::from_payload<v1::NotificationSent>(payload);
  if (!in) return tl::unexpected(in.error());
  FieldReader fields(payload);
  auto event = read_letter<NotificationSent>(*in, fields);
  event.locale = fields.present(stored_locale(in->locale()), "locale");
  event.template_version = in->template_version();
  return fields.finish(Event(event));
}

Result<Event> decode_failed(const log::Payload& payload) {
  const auto in = log::from_payload<v1::NotificationFailed>(payload);
  if (!in) return tl::unexpected(in.error());
  FieldReader fields(payload);
  auto event = read_letter<NotificationFailed>(*in, fields);
  event.reason = in->reason();
  const auto next_attempt = fields.time(in->next_attempt_unix_ms(), "next_attempt");
  if (next_attempt.unix_ms != 0) event.next_attempt = next_attempt;
  // Without it a letter that waits could never be composed again.
  fields.require(in->order_update_sequence() > 0, "order_update");
  event.order_update = {in->order_update_sequence(), in->order_update_index()};
  return fields.finish(Event(std::move(event)));
}

}  // namespace

log::Payload encode(const Event& event) {
  return std::visit([](const auto& each) { return encode(each); }, event);
}

Result<Event> decode(const log::Payload& payload) {
  if (payload.type == kNotificationSent) return decode_sent(payload);
  if (payload.type == kNotificationFailed) return decode_failed(payload);
  return log::unknown_type(payload);
}

}  // namespace ordo::notifications
