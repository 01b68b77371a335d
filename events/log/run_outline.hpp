#pragma once
// Purpose: what a message says of how far things are, without the work of reading its events: for those who count all that is stored.
// Errors: nothing for bytes that are no run; what the events hold is not looked at, and the checksum is not checked.
// Threads: plain values.

#include <cstdint>
#include <optional>
#include <string_view>

#include "events/log/event.hpp"

namespace ordo::log {

struct RunOutline {
  Checkpoints checkpoints;
  std::uint32_t events = 0;

  friend bool operator==(const RunOutline&, const RunOutline&) = default;
};

[[nodiscard]] std::optional<RunOutline> outline_of(std::string_view run);

}  // namespace ordo::log
