#include "events/log/logged_event.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace ordo::log {
namespace {

// Moves events out in order of time, each behind its cause.
class CausalOrder {
 public:
  explicit CausalOrder(std::vector<LoggedEvent> events) : events_(std::move(events)), taken_(events_.size()) {
    std::ranges::sort(events_, {}, [](const LoggedEvent& logged) { return std::pair(logged.event.time, logged.at); });
    for (std::size_t place = 0; place < events_.size(); ++place) places_.emplace(events_[place].at, place);
  }

  std::vector<LoggedEvent> take() {
    for (std::size_t place = 0; place < events_.size(); ++place) take(place);
    return std::move(ordered_);
  }

 private:
  void take(std::size_t place) {
    if (std::exchange(taken_[place], true)) return;
    if (const auto cause = place_of_cause(events_[place])) {
      if (const auto found = places_.find(*cause); found != places_.end()) take(found->second);
    }
    ordered_.push_back(std::move(events_[place]));
  }

  std::vector<LoggedEvent> events_;
  std::vector<char> taken_;
  std::map<StreamPosition, std::size_t> places_;
  std::vector<LoggedEvent> ordered_;
};

}  // namespace

std::vector<LoggedEvent> in_causal_order(std::vector<LoggedEvent> events) { return CausalOrder(std::move(events)).take(); }

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
