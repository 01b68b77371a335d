#include "events/log/logged_event.hpp"

#include <fmt/format.h>

namespace ordo::log {

std::optional<StreamPosition> place_of_cause(const LoggedEvent& logged) {
  const auto& cause = logged.event.cause;
  if (!cause) return std::nullopt;
  return StreamPosition{{cause->stream, logged.at.stream.partition}, cause->position};
}

Result<std::vector<LoggedEvent>> events_of(const StoredMessage& message) {
  auto run = decode_run(message.payload);
  if (!run) {
    return failure(run.error().kind, fmt::format("{}@{}: {}", text(message.stream), message.sequence, run.error().text));
  }
  std::vector<LoggedEvent> events;
  events.reserve(run->events.size());
  std::uint32_t index = 0;
  for (auto& event : run->events) {
    events.push_back({{message.stream, {message.sequence, index++}}, message.subject, std::move(event)});
  }
  return events;
}

}  // namespace ordo::log
