#include "events/log/archive/cut.hpp"

#include <algorithm>

#include "events/log/event.hpp"

namespace ordo::log::archive {
namespace {

bool is_beyond(const Cut& cut, StreamName stream, const Position& position) {
  const auto end = cut.find(stream);
  return end != cut.end() && position.sequence > end->second;
}

// What is no run refers to nothing.
bool refers_beyond(const Cut& cut, const StoredMessage& message) {
  const auto run = decode_run(message.payload);
  if (!run) return false;
  const auto partition = message.stream.partition;
  const bool decided = std::ranges::any_of(
      run->checkpoints, [&](const auto& each) { return is_beyond(cut, {each.first, partition}, each.second); });
  return decided || std::ranges::any_of(run->events, [&](const Event& event) {
           return event.cause && is_beyond(cut, {event.cause->stream, partition}, event.cause->position);
         });
}

// True: it did.
Result<bool> step_back(EventLog& log, Cut& cut, StreamName stream) {
  const auto bounds = log.bounds(stream);
  if (!bounds) return tl::unexpected(bounds.error());
  auto& last = cut[stream];
  bool stepped = false;
  for (; last >= bounds->first_sequence; --last, stepped = true) {
    const auto message = log.get(stream, last);
    if (!message) return tl::unexpected(message.error());
    if (!refers_beyond(cut, *message)) break;
  }
  return stepped;
}

}  // namespace

Result<void> note_ends(EventLog& log, const std::vector<StreamName>& streams, Cut& cut) {
  for (const auto stream : streams) {
    const auto bounds = log.bounds(stream);
    if (!bounds) return tl::unexpected(bounds.error());
    cut[stream] = bounds->last_sequence;
  }
  return {};
}

Result<void> step_back(EventLog& log, Cut& cut) {
  for (bool stepped = true; stepped;) {
    stepped = false;
    for (auto& [stream, last] : cut) {
      const auto moved = step_back(log, cut, stream);
      if (!moved) return tl::unexpected(moved.error());
      stepped = stepped || *moved;
    }
  }
  return {};
}

}  // namespace ordo::log::archive
