#include "events/parking/describe.hpp"

#include "events/vocabulary/json_text.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::parking {
namespace {

void write(JsonText& json, const log::Key& key) {
  json.member("user_id", key.user.text());
  if (key.order) json.member("order_id", key.order->text());
}

void write(JsonText& json, const std::optional<Fault>& fault) {
  if (!fault) return;
  json.member("reason", fault->reason).member("attempts", fault->attempts);
  json.member("first_failed_at", text(fault->first_failed)).member("last_failed_at", text(fault->last_failed));
}

std::string describe_parked(const InputParked& parked) {
  JsonText json;
  json.open_object();
  write(json, parked.key);
  json.member("input", parked.input.payload.type);
  write(json, parked.fault);
  return json.close_object().take();
}

std::string describe_released(const ParkedReleased& released) {
  JsonText json;
  json.open_object();
  write(json, released.key);
  json.member("discarded", released.discarded).member("decided", released.decided).member("left", released.left);
  write(json, released.fault);
  return json.close_object().take();
}

}  // namespace

std::string describe(const Event& event) {
  return visit(event, [](const InputParked& parked) { return describe_parked(parked); },
               [](const ParkedReleased& released) { return describe_released(released); });
}

std::string describe(const ReleaseRequested& request) {
  JsonText json;
  json.open_object().member("context", log::text(request.context));
  write(json, request.key);
  json.member("discard", text(request.discard)).member("requested_by", request.requested_by).member("reason", request.reason);
  return json.close_object().take();
}

std::string_view text(Discard discard) {
  switch (discard) {
    case Discard::none: return "none";
    case Discard::first: return "first";
    case Discard::all: return "all";
  }
  return "none";
}

}  // namespace ordo::parking
