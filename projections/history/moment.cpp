#include "projections/history/moment.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace ordo::projections {
namespace {

using Known = std::map<log::StreamName, log::Position>;

// What the others hold comes from outside, and knows of nothing.
bool is_of_decisions(log::StreamKind kind) {
  using enum log::StreamKind;
  return kind == orders || kind == billing || kind == notifications;
}

// Follows what is known from place to place, back to what came from outside.
class Knowledge {
 public:
  explicit Knowledge(log::EventLog& log) : log_(log) {}

  Result<void> add(log::StreamName stream, log::Position position) {
    if (const auto known = known_.find(stream); known != known_.end() && position <= known->second) return {};
    known_[stream] = position;
    if (!is_of_decisions(stream.kind)) return {};
    const auto run = read(stream, position.sequence);
    if (!run) return tl::unexpected(run.error());
    const auto size = run->events.size();
    if (position.index == kLastIndex || position.index + 1 == size) return add_all(stream.partition, run->checkpoints);
    if (position.index < size) return add_part(stream, position, *run);
    return failure(FailureKind::corrupt, fmt::format("there is no event {}: its message ends with index {}",
                                                     log::text(log::StreamPosition{stream, position}), size - 1));
  }

  [[nodiscard]] Known take() { return std::move(known_); }

 private:
  Result<log::Run> read(log::StreamName stream, std::uint64_t sequence) {
    return log_.get(stream, sequence).and_then([](const log::StoredMessage& message) { return log::decode_run(message.payload); });
  }

  Result<void> add_all(log::Partition partition, const log::Checkpoints& checkpoints) {
    for (const auto& [kind, position] : checkpoints) {
      if (auto added = add({kind, partition}, position); !added) return added;
    }
    return {};
  }

  // A run's checkpoint is that of its last event. The others knew what the run before it had, and all up to their own causes.
  Result<void> add_part(log::StreamName stream, log::Position position, const log::Run& run) {
    if (position.sequence > 1) {
      const auto before = read(stream, position.sequence - 1);
      if (!before) return tl::unexpected(before.error());
      if (auto added = add_all(stream.partition, before->checkpoints); !added) return added;
    }
    for (std::uint32_t index = 0; index <= position.index; ++index) {
      const auto& cause = run.events[index].cause;
      if (!cause) continue;
      if (auto added = add({cause->stream, stream.partition}, cause->position); !added) return added;
    }
    return {};
  }

  log::EventLog& log_;
  Known known_;
};

Result<void> require_message(log::EventLog& log, const log::StreamPosition& place) {
  const auto bounds = log.bounds(place.stream);
  if (!bounds) return tl::unexpected(bounds.error());
  if (place.position.sequence >= 1 && place.position.sequence <= bounds->last_sequence) return {};
  return failure(FailureKind::corrupt, fmt::format("there is no message {} in {}, which ends at {}", place.position.sequence,
                                                   log::text(place.stream), bounds->last_sequence));
}

}  // namespace

Result<Moment> Moment::at(log::EventLog& log, const std::vector<log::StreamPosition>& places) {
  Knowledge knowledge(log);
  for (const auto& place : places) {
    if (auto there = require_message(log, place); !there) return tl::unexpected(there.error());
    if (auto added = knowledge.add(place.stream, place.position); !added) return tl::unexpected(added.error());
  }
  Moment moment;
  moment.known_ = knowledge.take();
  return moment;
}

bool Moment::includes(const log::LoggedEvent& logged) const {
  if (time_ && logged.event.time > *time_) return false;
  if (!known_) return true;
  const auto until = known_->find(logged.at.stream);
  return until != known_->end() && logged.at.position <= until->second;
}

bool Moment::speaks_of(log::Partition partition) const {
  return !known_ || std::ranges::any_of(*known_, [&](const auto& each) { return each.first.partition == partition; });
}

std::vector<log::LoggedEvent> events_until(const Moment& moment, const std::vector<log::LoggedEvent>& events) {
  std::vector<log::LoggedEvent> until;
  std::ranges::copy_if(events, std::back_inserter(until), [&](const log::LoggedEvent& logged) { return moment.includes(logged); });
  return until;
}

}  // namespace ordo::projections
