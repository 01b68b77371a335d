#include <algorithm>

#include "events/codec/field_reader.hpp"
#include "events/parking/events.hpp"
#include "events/parking/v1/parking.pb.h"

namespace ordo::parking {
namespace {

using codec::FieldReader;

constexpr std::string_view kInputParked = "InputParked.v1";
constexpr std::string_view kParkedReleased = "ParkedReleased.v1";
constexpr std::string_view kReleaseRequested = "ReleaseRequested.v1";

void write(const log::Key& key, v1::Key& out) {
  out.set_user(std::string(key.user.raw()));
  if (key.order) out.set_order(std::string(key.order->raw()));
}

log::Key read(const v1::Key& in, FieldReader& fields) {
  return {fields.id<UserId>(in.user(), "user"), fields.optional_id<OrderId>(in.order(), "order")};
}

template <class Message>
void write(const std::optional<Fault>& fault, Message& out) {
  if (!fault) return;
  out.set_reason(fault->reason);
  out.set_attempts(fault->attempts);
  out.set_first_failed_unix_ms(fault->first_failed.unix_ms);
  out.set_last_failed_unix_ms(fault->last_failed.unix_ms);
}

template <class Message>
std::optional<Fault> read_fault(const Message& in, FieldReader& fields) {
  if (in.attempts() == 0) return std::nullopt;
  return Fault{in.reason(), in.attempts(), fields.time(in.first_failed_unix_ms(), "first_failed"),
               fields.time(in.last_failed_unix_ms(), "last_failed")};
}

log::Payload encode(const InputParked& event) {
  v1::InputParked out;
  write(event.key, *out.mutable_key());
  out.set_input(log::encode_run({.checkpoints = {}, .events = {event.input}, .unknown_fields = {}}));
  write(event.fault, out);
  return log::to_payload(std::string(kInputParked), out);
}

log::Payload encode(const ParkedReleased& event) {
  v1::ParkedReleased out;
  write(event.key, *out.mutable_key());
  out.set_discarded(event.discarded);
  out.set_decided(event.decided);
  out.set_left(event.left);
  write(event.fault, out);
  return log::to_payload(std::string(kParkedReleased), out);
}

Result<Event> decode_parked(const log::Payload& payload) {
  const auto in = log::from_payload<v1::InputParked>(payload);
  if (!in) return tl::unexpected(in.error());
  auto run = log::decode_run(in->input());
  FieldReader fields(payload);
  InputParked event;
  event.key = read(in->key(), fields);
  fields.require(run.has_value() && run->events.size() == 1, "input");
  if (run && run->events.size() == 1) event.input = std::move(run->events.front());
  event.fault = read_fault(*in, fields);
  return fields.finish(Event(std::move(event)));
}

Result<Event> decode_released(const log::Payload& payload) {
  const auto in = log::from_payload<v1::ParkedReleased>(payload);
  if (!in) return tl::unexpected(in.error());
  FieldReader fields(payload);
  return fields.finish(Event(ParkedReleased{read(in->key(), fields), in->discarded(), in->decided(), in->left(), read_fault(*in, fields)}));
}

}  // namespace

bool is_parking(const log::Payload& payload) { return payload.type == kInputParked || payload.type == kParkedReleased; }

log::Payload encode(const Event& event) {
  return std::visit([](const auto& each) { return encode(each); }, event);
}

log::Payload encode(const ReleaseRequested& request) {
  v1::ReleaseRequested out;
  out.set_context(static_cast<std::uint32_t>(request.context));
  write(request.key, *out.mutable_key());
  out.set_discard(static_cast<v1::Discard>(request.discard));
  out.set_requested_by(request.requested_by);
  out.set_reason(request.reason);
  if (request.first) out.set_first(std::string(request.first->raw()));
  return log::to_payload(std::string(kReleaseRequested), out);
}

Result<Event> decode(const log::Payload& payload) {
  if (payload.type == kInputParked) return decode_parked(payload);
  if (payload.type == kParkedReleased) return decode_released(payload);
  return log::unknown_type(payload);
}

Result<ReleaseRequested> decode_request(const log::Payload& payload) {
  if (payload.type != kReleaseRequested) return log::unknown_type(payload);
  const auto in = log::from_payload<v1::ReleaseRequested>(payload);
  if (!in) return tl::unexpected(in.error());
  FieldReader fields(payload);
  ReleaseRequested request;
  request.context = fields.enumerator(static_cast<int>(in->context()), log::StreamKind::orders, log::StreamKind::notifications, "context");
  request.key = read(in->key(), fields);
  request.discard = fields.enumerator(in->discard(), Discard::none, Discard::all, "discard");
  request.requested_by = in->requested_by();
  request.reason = in->reason();
  request.first = fields.optional_id<EventId>(in->first(), "first");
  return fields.finish(std::move(request));
}

}  // namespace ordo::parking
