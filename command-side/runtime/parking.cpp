#include "command-side/runtime/parking.hpp"

#include <utility>

#include "events/vocabulary/visit.hpp"

namespace ordo::runtime {
namespace {

// What is kept beside the payload, rounded up.
constexpr std::size_t kEnvelopeBytes = 300;

std::size_t size_of(const ParkedInput& input) {
  const auto& [place, event, fault] = input;
  return kEnvelopeBytes + event.payload.type.size() + event.payload.bytes.size() + (fault ? fault->reason.size() : 0);
}

log::Event stored_form(const log::Key& key, const ParkedInput& input) {
  log::Event event;
  event.payload = encode(parking::Event(parking::InputParked{key, input.event, input.fault}));
  event.cause = input.place;
  return event;
}

}  // namespace

std::optional<log::Key> Parking::blocks(const log::Key& key) const {
  if (queues_.empty()) return std::nullopt;
  for (const auto& candidate : {key, log::Key{key.user, std::nullopt}}) {
    if (queues_.contains(candidate)) return candidate;
  }
  return std::nullopt;
}

const Parking::Queue& Parking::queue(const log::Key& key) const {
  static const Queue kNone;
  const auto found = queues_.find(key);
  return found == queues_.end() ? kNone : found->second;
}

void Parking::park(const log::Key& key, ParkedInput input) {
  bytes_ += size_of(input);
  queues_[key].push_back(std::move(input));
}

void Parking::release(const parking::ParkedReleased& released) {
  const auto found = queues_.find(released.key);
  if (found == queues_.end()) return;
  auto& queue = found->second;
  for (auto gone = released.discarded + released.decided; gone > 0; --gone) {
    bytes_ -= size_of(queue.front());
    queue.pop_front();
  }
  if (queue.empty()) {
    queues_.erase(found);
    return;
  }
  bytes_ -= size_of(queue.front());
  if (released.fault) queue.front().fault = released.fault;
  bytes_ += size_of(queue.front());
}

Result<void> Parking::fold(const log::Event& own) {
  const auto event = parking::decode(own.payload);
  if (!event) return tl::unexpected(event.error());
  return visit(
      *event,
      [&](const parking::InputParked& parked) -> Result<void> {
        if (!own.cause) return failure(FailureKind::corrupt, "a parked input has no place");
        park(parked.key, {*own.cause, parked.input, parked.fault});
        return {};
      },
      [&](const parking::ParkedReleased& released) -> Result<void> {
        if (queue(released.key).size() != std::size_t{released.discarded} + released.decided + released.left) {
          return failure(FailureKind::corrupt, "more or fewer inputs were released than were parked under " + text(released.key));
        }
        release(released);
        return {};
      });
}

std::string Parking::save() const {
  log::Run run;
  for (const auto& [key, queue] : queues_) {
    for (const auto& input : queue) run.events.push_back(stored_form(key, input));
  }
  return run.events.empty() ? std::string() : log::encode_run(run);
}

Result<Parking> Parking::load(std::string_view bytes) {
  Parking parking;
  if (bytes.empty()) return parking;
  const auto run = log::decode_run(bytes);
  if (!run) return tl::unexpected(run.error());
  for (const auto& event : run->events) {
    if (auto folded = parking.fold(event); !folded) return tl::unexpected(folded.error());
  }
  return parking;
}

}  // namespace ordo::runtime
