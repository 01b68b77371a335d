#pragma once
// Purpose: an event together with where it stands in the log, for whoever looks at the log rather than decides upon it.
// Errors:  corrupt for a message that is no sound run; the text names it.
// Threads: plain values.

#include <string>
#include <vector>

#include "events/log/event.hpp"
#include "events/log/event_log.hpp"

namespace ordo::log {

struct LoggedEvent {
  StreamPosition at;
  std::string subject;
  Event event;

  friend bool operator==(const LoggedEvent&, const LoggedEvent&) = default;
};

// Where the event's cause stands: a cause lies in its effect's partition. Nothing for what came from outside.
[[nodiscard]] std::optional<StreamPosition> place_of_cause(const LoggedEvent& logged);

// As they happened: by time, but no event before its cause, whatever the clocks of the machines said.
[[nodiscard]] std::vector<LoggedEvent> in_causal_order(std::vector<LoggedEvent> events);

[[nodiscard]] Result<std::vector<LoggedEvent>> events_of(const StoredMessage& message);

}  // namespace ordo::log
