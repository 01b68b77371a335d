#pragma once
// Purpose: events as the log holds them, and the runs that its messages are made of.
// Errors: `decode_run` answers corrupt for bytes that are no run, and for a run whose checksum is not that of its bytes.
// Threads: plain values.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/key.hpp"
#include "events/log/position.hpp"
#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::log {

// What a whole chain of events, from the POST to the letter, has in common.
struct Trace {
  std::string correlation_id;          // 1–128 characters of [A-Za-z0-9._-]
  std::string traceparent;             // W3C trace context; may be empty
  std::optional<UserId> actor;         // who asked; nobody when Ordo acts by itself
  std::optional<Key> key = {};         // whose it is; events of versions before there were keys have none

  friend bool operator==(const Trace&, const Trace&) = default;
};

struct Cause {
  StreamKind stream = StreamKind::commands;
  Position position;
  EventId event_id;

  friend bool operator==(const Cause&, const Cause&) = default;
};

// A typed event's stored form; `payload` is its Protobuf message, kept byte for byte.
struct Payload {
  std::string type;  // "OrderPending.v1"
  std::string bytes;

  friend bool operator==(const Payload&, const Payload&) = default;
};

struct Event {
  EventId id;
  Payload payload;
  std::optional<Cause> cause;
  Trace trace;
  Timestamp time;
  std::string unknown_fields;  // of the event's envelope, written by a newer version: kept, not understood

  friend bool operator==(const Event&, const Event&) = default;
};

// Up to where each input stream is decided, inclusive.
using Checkpoints = std::map<StreamKind, Position>;

struct Run {
  Checkpoints checkpoints;
  std::vector<Event> events;
  std::string unknown_fields;  // of the run itself: kept, not understood

  friend bool operator==(const Run&, const Run&) = default;
};

// A run is closed before it grows beyond this; a single larger event makes a run of its own.
inline constexpr std::size_t kRunBytesMax = 256 * 1024;

// The same run gives the same bytes, its checksum last. What a newer version wrote, and `decode_run` kept, is written back.
[[nodiscard]] std::string encode_run(const Run& run);
[[nodiscard]] Result<Run> decode_run(std::string_view bytes);

// When the first event of an encoded run happened, read without the others and unchecked; nothing for bytes that are no run.
[[nodiscard]] std::optional<Timestamp> first_time_in_run(std::string_view bytes);

}  // namespace ordo::log
