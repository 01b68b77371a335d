#pragma once
// Purpose: a message of the log as an operator sees it: with its size, its checksum, what its writer had decided by then, and its events.
// Threads: pure functions.

#include <optional>
#include <string>

#include "events/log/event_log.hpp"
#include "events/log/logged_event.hpp"

namespace ordo::cli {

// A message, and which of its events is wanted; none: all.
struct ShownMessage {
  log::StoredMessage message;
  log::Run run;
  std::optional<std::uint32_t> index;
};

// Errors: corrupt for a message that is no sound run, or has no such event.
[[nodiscard]] Result<ShownMessage> look_at(log::StoredMessage message, std::optional<std::uint32_t> index);

[[nodiscard]] std::string message_text(const ShownMessage& shown, bool coloured);
// {"stream", "sequence", "subject", "bytes", "checksummed", "decided": {stream: position}, "event_count", "events": […]}
[[nodiscard]] std::string message_json(const ShownMessage& shown);

}  // namespace ordo::cli
