#pragma once
// Purpose: envelopes and ids for events that a test makes up.

#include <string>

#include "events/log/event.hpp"
#include "events/vocabulary/money.hpp"

namespace ordo::tests {

inline const Currency kEuro = *Currency::parse("EUR");

// The same id for the same number.
template <class Id>
Id id_of(std::uint8_t number) {
  IdBytes bytes{};
  bytes[8] = 0x80;
  bytes[15] = number;
  return Id(bytes);
}

inline log::Event envelope(std::string type, std::int64_t time_unix_ms, std::optional<log::Cause> cause = {}) {
  return {id_of<EventId>(99), {std::move(type), ""}, cause, {"request-1", "", id_of<UserId>(1)}, {time_unix_ms}, {}};
}

inline log::StreamPosition at(log::StreamKind kind, std::uint64_t sequence, std::uint32_t index = 0) {
  return {{kind, 0}, {sequence, index}};
}

}  // namespace ordo::tests
