#include "gateway/live/outcome_feed.hpp"

#include <utility>

#include <spdlog/spdlog.h>

namespace ordo::live {

OutcomeFeed::OutcomeFeed(log::EventLog& log, Waiters& waiters, Hear also_told) : waiters_(waiters), also_told_(std::move(also_told)) {
  reader_ = log.listen([this](const log::StoredMessage& message) { hear(message); });
}

void OutcomeFeed::hear(const log::StoredMessage& message) {
  also_told_(message);
  const auto kind = message.stream.kind;
  if (kind != log::StreamKind::orders && kind != log::StreamKind::billing) return;
  // Waiters are registered before their command is appended, so nobody is missed here.
  if (waiters_.empty()) return;
  const auto run = log::decode_run(message.payload);
  if (!run) {
    spdlog::error("message {} of {} cannot be decoded: {}", message.sequence, text(message.stream), run.error().text);
    return;
  }
  for (std::uint32_t index = 0; index < run->events.size(); ++index) {
    const auto outcomes = outcomes_of(run->events[index], {message.stream, {message.sequence, index}});
    if (!outcomes) {
      spdlog::error("event {} of message {} of {} cannot be decoded: {}", index, message.sequence, text(message.stream),
                    outcomes.error().text);
      continue;
    }
    for (const auto& outcome : *outcomes) waiters_.resolve(outcome);
  }
}

}  // namespace ordo::live
