#include "cli/event_text.hpp"

#include <fmt/format.h>

#include "events/billing/describe.hpp"
#include "events/identity/events.hpp"
#include "events/notifications/describe.hpp"
#include "events/orders/describe.hpp"
#include "events/parking/describe.hpp"
#include "events/vocabulary/json_text.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::cli {
namespace {

std::string describe_command(const log::Payload& payload) {
  if (const auto order = orders::decode_command(payload); order && *order) {
    return visit(**order, [](const auto& command) { return orders::describe(command); });
  }
  if (const auto billed = billing::decode_command(payload); billed && *billed) return billing::describe(**billed);
  return "{}";
}

template <class Event>
std::string describe_or_nothing(const Result<Event>& event) {
  return event ? describe(*event) : "{}";
}

std::string describe_user(const log::Payload& payload) {
  const auto user = identity::decode(payload);
  if (!user) return "{}";
  return JsonText()
      .open_object()
      .member("user_id", user->user_id.text())
      .member("currency", user->currency.code())
      .close_object()
      .take();
}

// An event that cannot be read is still shown, without its data.
std::string data_of(const log::LoggedEvent& logged) {
  const auto& payload = logged.event.payload;
  if (parking::is_parking(payload)) return describe_or_nothing(parking::decode(payload));
  switch (logged.at.stream.kind) {
    case log::StreamKind::commands: return describe_command(payload);
    case log::StreamKind::users: return describe_user(payload);
    case log::StreamKind::orders: return describe_or_nothing(orders::decode(payload));
    case log::StreamKind::billing: return describe_or_nothing(billing::decode(payload));
    case log::StreamKind::notifications: return describe_or_nothing(notifications::decode(payload));
    case log::StreamKind::operations: return describe_or_nothing(parking::decode_request(payload));
    case log::StreamKind::parked: break;
  }
  return "{}";
}

void write_position(JsonText& json, const log::StreamPosition& at) {
  json.member("stream", log::text(at.stream)).member("sequence", at.position.sequence).member("index", at.position.index);
}

}  // namespace

std::string json_line(const log::LoggedEvent& logged) {
  const auto& [at, subject, event] = logged;
  JsonText json;
  json.open_object();
  write_position(json, at);
  json.member("subject", subject).member("type", event.payload.type).member("time", text(event.time));
  json.member("id", event.id.text());
  if (const auto cause = log::place_of_cause(logged)) {
    json.key("cause").open_object();
    write_position(json, *cause);
    json.close_object();
  }
  json.member("correlation_id", event.trace.correlation_id);
  if (event.trace.actor) json.member("actor", event.trace.actor->text());
  return json.raw_member("data", data_of(logged)).close_object().take();
}

std::string text_line(const log::LoggedEvent& logged) {
  const auto& [at, subject, event] = logged;
  return fmt::format("{} {:<16} {:>8}.{:<3} {:<24} {} {}", text(event.time), log::text(at.stream), at.position.sequence,
                     at.position.index, event.payload.type, event.trace.correlation_id, data_of(logged));
}

}  // namespace ordo::cli
