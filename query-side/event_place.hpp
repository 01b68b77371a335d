#pragma once
// Purpose: where an event stands in the log, as the read model has written it down.
// Threads: plain values.

#include <compare>
#include <cstdint>
#include <string>

namespace ordo {

struct EventPlace {
  std::string stream;  // "ORDERS-2"
  std::uint64_t sequence = 0;
  std::uint32_t index = 0;
  friend auto operator<=>(const EventPlace&, const EventPlace&) = default;
};

}  // namespace ordo
