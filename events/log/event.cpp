#include "events/log/event.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <google/protobuf/arena.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include "events/log/run_checksum.hpp"
#include "events/log/v1/log.pb.h"

namespace ordo::log {
namespace {

void write(const Position& position, v1::Position& out) {
  out.set_sequence(position.sequence);
  out.set_index(position.index);
}

Position read(const v1::Position& in) { return {in.sequence(), in.index()}; }

// Copies what this version does not know, and says whether there was any.
template <class Message>
bool copy_unknown(const Message& in, Message& out) {
  const auto& unknown = Message::GetReflection()->GetUnknownFields(in);
  if (unknown.empty()) return false;
  Message::GetReflection()->MutableUnknownFields(&out)->MergeFrom(unknown);
  return true;
}

template <class Message>
bool has_unknown(const Message& in) {
  return !Message::GetReflection()->GetUnknownFields(in).empty();
}

bool has_unknown_inside(const v1::Checkpoint& in) { return has_unknown(in) || has_unknown(in.decided()); }

bool has_unknown_inside(const v1::Event& in) { return has_unknown(in) || has_unknown(in.cause()) || has_unknown(in.cause().position()); }

bool has_unknown_inside(const v1::Run& in) {
  const auto inside = [](const auto& part) { return has_unknown_inside(part); };
  return has_unknown(in) || std::ranges::any_of(in.checkpoints(), inside) || std::ranges::any_of(in.events(), inside);
}

// A message with nothing but the unknown fields, each at its place, so that encoding can begin from it. As a rule there are none.
std::string unknown_fields_of(const v1::Event& in) {
  if (!has_unknown_inside(in)) return {};
  v1::Event rest;
  copy_unknown(in, rest);
  if (in.has_cause()) {
    copy_unknown(in.cause(), *rest.mutable_cause());
    copy_unknown(in.cause().position(), *rest.mutable_cause()->mutable_position());
  }
  return rest.SerializeAsString();
}

std::optional<StreamKind> read(v1::Stream stream) {
  for (const auto kind : kStreamKinds) {
    if (static_cast<int>(kind) == static_cast<int>(stream)) return kind;
  }
  return std::nullopt;
}

void write(const Event& event, v1::Event& out) {
  if (!event.unknown_fields.empty()) out.ParseFromString(event.unknown_fields);
  out.set_id(std::string(event.id.raw()));
  out.set_type(event.payload.type);
  out.set_payload(event.payload.bytes);
  if (event.cause) {
    auto& cause = *out.mutable_cause();
    cause.set_stream(static_cast<v1::Stream>(event.cause->stream));
    write(event.cause->position, *cause.mutable_position());
    cause.set_event_id(std::string(event.cause->event_id.raw()));
  }
  out.set_correlation_id(event.trace.correlation_id);
  out.set_traceparent(event.trace.traceparent);
  if (event.trace.actor) out.set_actor(std::string(event.trace.actor->raw()));
  out.set_time_unix_ms(event.time.unix_ms);
  if (!event.trace.key) return;
  out.set_user(std::string(event.trace.key->user.raw()));
  if (event.trace.key->order) out.set_order(std::string(event.trace.key->order->raw()));
}

Result<Cause> read(const v1::Cause& in) {
  const auto stream = read(in.stream());
  const auto event_id = EventId::from_bytes(in.event_id());
  if (!stream || !event_id) return failure(FailureKind::corrupt, "an event's cause is damaged");
  return Cause{*stream, read(in.position()), *event_id};
}

Result<std::optional<Key>> read_key(const v1::Event& in) {
  if (in.user().empty() && in.order().empty()) return std::nullopt;
  const auto user = UserId::from_bytes(in.user());
  const auto order = OrderId::from_bytes(in.order());
  if (!user || (!order && !in.order().empty())) return failure(FailureKind::corrupt, "an event's key is damaged");
  return Key{*user, order};
}

Result<Event> read(v1::Event& in) {
  const auto id = EventId::from_bytes(in.id());
  if (!id || in.type().empty()) return failure(FailureKind::corrupt, "an event has no id or no type");
  Event event;
  event.id = *id;
  event.unknown_fields = unknown_fields_of(in);
  if (in.has_cause()) {
    auto cause = read(in.cause());
    if (!cause) return tl::unexpected(cause.error());
    event.cause = *cause;
  }
  event.payload = {std::move(*in.mutable_type()), std::move(*in.mutable_payload())};
  event.trace.correlation_id = std::move(*in.mutable_correlation_id());
  event.trace.traceparent = std::move(*in.mutable_traceparent());
  if (!in.actor().empty()) {
    event.trace.actor = UserId::from_bytes(in.actor());
    if (!event.trace.actor) return failure(FailureKind::corrupt, "an event's actor is damaged");
  }
  auto key = read_key(in);
  if (!key) return tl::unexpected(key.error());
  event.trace.key = *key;
  event.time = {in.time_unix_ms()};
  return event;
}

// Whether a run was written before there were checksums. Whoever writes fields that are unknown here writes a checksum, too: without one
// they are its remains, which a damaged length has moved into another field.
bool may_lack_checksum(const v1::Run& in) { return !in.has_checksum() && !has_unknown_inside(in); }

tl::unexpected<Failure> damaged_run() {
  return failure(FailureKind::corrupt, "a message is damaged: its checksum is not that of its bytes");
}

}  // namespace

std::string encode_run(const Run& run) {
  // One piece of memory for all of its parts.
  google::protobuf::Arena arena;
  auto& out = *google::protobuf::Arena::CreateMessage<v1::Run>(&arena);
  if (!run.unknown_fields.empty()) out.ParseFromString(run.unknown_fields);
  for (const auto& [stream, decided] : run.checkpoints) {
    auto& checkpoint = *out.add_checkpoints();
    checkpoint.set_stream(static_cast<v1::Stream>(stream));
    write(decided, *checkpoint.mutable_decided());
  }
  for (const auto& event : run.events) write(event, *out.add_events());
  return with_checksum(out.SerializeAsString());
}

Result<Run> decode_run(std::string_view bytes) {
  const auto checksum = check_checksum(bytes);
  google::protobuf::Arena arena;
  auto& in = *google::protobuf::Arena::CreateMessage<v1::Run>(&arena);
  // No bytes at all would parse as a run without events, which nobody writes.
  if (bytes.empty() || !in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    if (checksum == ChecksumVerdict::wrong) return damaged_run();
    return failure(FailureKind::corrupt, "a message is no run of events");
  }
  if (checksum != ChecksumVerdict::sound && !may_lack_checksum(in)) return damaged_run();
  Run run;
  if (v1::Run unknown; copy_unknown(in, unknown)) run.unknown_fields = unknown.SerializeAsString();
  for (const auto& checkpoint : in.checkpoints()) {
    const auto stream = read(checkpoint.stream());
    if (!stream) {
      return failure(FailureKind::corrupt, fmt::format("a checkpoint names stream number {}, which is unknown",
                                                       static_cast<int>(checkpoint.stream())));
    }
    run.checkpoints[*stream] = read(checkpoint.decided());
  }
  run.events.reserve(static_cast<std::size_t>(in.events_size()));
  for (auto& item : *in.mutable_events()) {
    auto event = read(item);
    if (!event) return tl::unexpected(event.error());
    run.events.push_back(std::move(*event));
  }
  return run;
}

std::optional<Timestamp> first_time_in_run(std::string_view bytes) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
  constexpr auto kEventTag = WireFormatLite::MakeTag(v1::Run::kEventsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  while (const auto tag = in.ReadTag()) {
    if (tag != kEventTag) {
      if (!WireFormatLite::SkipField(&in, tag)) return std::nullopt;
      continue;
    }
    v1::Event event;
    if (!WireFormatLite::ReadMessage(&in, &event)) return std::nullopt;
    return Timestamp{event.time_unix_ms()};
  }
  return std::nullopt;
}

}  // namespace ordo::log
