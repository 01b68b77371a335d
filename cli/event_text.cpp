#include "cli/event_text.hpp"

#include <fmt/format.h>

#include "events/audit/describe.hpp"
#include "events/billing/describe.hpp"
#include "events/identity/events.hpp"
#include "events/notifications/describe.hpp"
#include "events/orders/describe.hpp"
#include "events/parking/describe.hpp"

namespace ordo::cli {
namespace {

std::string describe(const identity::UserRegistered& user) {
  return JsonText().open_object().member("user_id", user.user_id.text()).member("currency", user.currency.code()).close_object().take();
}

std::string summary(const identity::UserRegistered& user) { return fmt::format("a user, to have an account in {}", user.currency.code()); }

// What `tell` says of the event, whatever it is. An event that cannot be read is still shown, without what it says.
template <class Tell>
std::string said_by(const log::LoggedEvent& logged, std::string unreadable, const Tell& tell) {
  const auto& payload = logged.event.payload;
  const auto told = [&](const auto& event) { return event ? tell(*event) : unreadable; };
  if (parking::is_parking(payload)) return told(parking::decode(payload));
  switch (logged.at.stream.kind) {
    case log::StreamKind::commands:
      if (const auto order = orders::decode_command(payload); order && *order) return tell(**order);
      if (const auto billed = billing::decode_command(payload); billed && *billed) return tell(**billed);
      return unreadable;
    case log::StreamKind::users: return told(identity::decode(payload));
    case log::StreamKind::orders: return told(orders::decode(payload));
    case log::StreamKind::billing: return told(billing::decode(payload));
    case log::StreamKind::notifications: return told(notifications::decode(payload));
    case log::StreamKind::operations: return told(parking::decode_request(payload));
    case log::StreamKind::audit: return told(audit::decode(payload));
    case log::StreamKind::parked: break;
  }
  return unreadable;
}

void write_position(JsonText& json, const log::StreamPosition& at) {
  json.member("stream", log::text(at.stream)).member("sequence", at.position.sequence).member("index", at.position.index);
}

}  // namespace

void write_members(JsonText& json, const log::LoggedEvent& logged) {
  const auto& [at, subject, event] = logged;
  write_position(json, at);
  json.member("subject", subject).member("type", event.payload.type).member("time", text(event.time));
  json.member("id", event.id.text());
  if (const auto cause = log::place_of_cause(logged)) {
    json.key("cause").open_object();
    write_position(json, *cause);
    json.close_object();
  }
  json.member("correlation_id", event.trace.correlation_id);
  if (!event.trace.traceparent.empty()) json.member("traceparent", event.trace.traceparent);
  if (event.trace.actor) json.member("actor", event.trace.actor->text());
  json.raw_member("data", data_of(logged));
}

std::string json_line(const log::LoggedEvent& logged) {
  JsonText json;
  write_members(json.open_object(), logged);
  return json.close_object().take();
}

std::string text_line(const log::LoggedEvent& logged) {
  const auto& [at, subject, event] = logged;
  return fmt::format("{} {:<16} {:>8}.{:<3} {:<24} {} {}", text(event.time), log::text(at.stream), at.position.sequence,
                     at.position.index, event.payload.type, event.trace.correlation_id, data_of(logged));
}

std::string data_of(const log::LoggedEvent& logged) {
  return said_by(logged, "{}", [](const auto& said) { return describe(said); });
}

std::string summary_of(const log::LoggedEvent& logged) {
  return said_by(logged, "cannot be read by this version", [](const auto& said) { return summary(said); });
}

}  // namespace ordo::cli
