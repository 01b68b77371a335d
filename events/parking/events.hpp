#pragma once
// Purpose: what is said about inputs that an owner could not decide: they are parked in its output stream, with all that comes behind
//          them under the same key, until an operator has them decided again or discarded. PARKED-<p> repeats all of it.
// Errors: `decode` and `decode_request` answer corrupt for a damaged payload and for a type they do not know.
// Threads: plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "events/log/event.hpp"

namespace ordo::parking {

// Why and how often an input could not be decided.
struct Fault {
  std::string reason;
  std::uint32_t attempts = 0;
  Timestamp first_failed;
  Timestamp last_failed;

  friend bool operator==(const Fault&, const Fault&) = default;
};

// Where the input stands, says the event's cause.
struct InputParked {
  log::Key key;
  log::Event input;
  std::optional<Fault> fault;  // none: nothing is known to be wrong with it, it waits behind another of its key

  friend bool operator==(const InputParked&, const InputParked&) = default;
};

// Of the inputs that were parked under the key the first ones are gone.
struct ParkedReleased {
  log::Key key;
  std::uint32_t discarded = 0;
  std::uint32_t decided = 0;
  std::uint32_t left = 0;
  std::optional<Fault> fault;  // why the first of those is left; none: it was one too many to decide at once, ask again

  friend bool operator==(const ParkedReleased&, const ParkedReleased&) = default;
};

// The numbers are stored: only add.
enum class Discard : std::uint8_t { none = 0, first = 1, all = 2 };

// An operator wants what is parked to be decided now; what is discarded first is not.
struct ReleaseRequested {
  log::StreamKind context = log::StreamKind::orders;  // whose owner parked it: its output stream
  log::Key key;
  Discard discard = Discard::none;
  std::string requested_by;
  std::string reason;
  std::optional<EventId> first = {};  // what the operator saw parked first: nothing is discarded if another input stands there by now

  friend bool operator==(const ReleaseRequested&, const ReleaseRequested&) = default;
};

using Event = std::variant<InputParked, ParkedReleased>;

// True for what `decode` reads: streams of decisions hold such events among their own.
[[nodiscard]] bool is_parking(const log::Payload& payload);

[[nodiscard]] log::Payload encode(const Event& event);
[[nodiscard]] log::Payload encode(const ReleaseRequested& request);
[[nodiscard]] Result<Event> decode(const log::Payload& payload);
[[nodiscard]] Result<ReleaseRequested> decode_request(const log::Payload& payload);

}  // namespace ordo::parking
