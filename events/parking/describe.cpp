#include "events/parking/describe.hpp"

#include <fmt/format.h>

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

std::string summary_of_parked(const InputParked& parked) {
  if (!parked.fault) return parked.input.payload.type + " parked behind another";
  return fmt::format("{} parked after {} attempts: {}", parked.input.payload.type, parked.fault->attempts, parked.fault->reason);
}

std::string summary_of_released(const ParkedReleased& released) {
  auto line = fmt::format("{} decided, {} discarded, {} left", released.decided, released.discarded, released.left);
  return released.fault ? line + ": " + released.fault->reason : line;
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

std::string summary(const Event& event) {
  return visit(event, [](const InputParked& parked) { return summary_of_parked(parked); },
               [](const ParkedReleased& released) { return summary_of_released(released); });
}

std::string summary(const ReleaseRequested& request) {
  const auto what = request.discard == Discard::none ? std::string("retry") : fmt::format("discard {}", text(request.discard));
  return fmt::format("{}, for {}, by {}: {}", what, log::text(request.context), request.requested_by, request.reason);
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
