#include "projections/verification/parked_histories.hpp"

#include <fmt/format.h>

namespace ordo::projections {

MaybeContradiction ParkedHistories::add(log::StreamKind output, const parking::InputParked& parked, const std::optional<log::Cause>& cause) {
  const auto& key = parked.input.trace.key;
  if (!key || (parked.key != *key && parked.key != log::Key{key->user, std::nullopt})) {
    return Contradiction{"an input is parked under its key, or behind its user's", key ? log::text(*key) : "a key", log::text(parked.key)};
  }
  auto& queue = queues_[{output, parked.key}];
  if (queue == 0 && !parked.fault) {
    return Contradiction{"an input that did not fail is parked behind one that did", "one under " + log::text(parked.key), "none"};
  }
  if (queue > 0 && parked.fault) {
    return Contradiction{"whatever has a key that is parked is parked untried", "no attempt", std::to_string(parked.fault->attempts)};
  }
  ++queue;
  ++parked_;
  if (cause) unread_.erase({cause->stream, cause->position});
  return std::nullopt;
}

MaybeContradiction ParkedHistories::add(log::StreamKind output, const parking::ParkedReleased& released) {
  const auto found = queues_.find({output, released.key});
  const auto held = found == queues_.end() ? 0 : found->second;
  const auto told = std::uint64_t{released.discarded} + released.decided + released.left;
  if (told != held) {
    return Contradiction{"of the inputs that are parked under a key each is decided, discarded or left", std::to_string(held), std::to_string(told)};
  }
  parked_ -= held - released.left;
  if (found == queues_.end()) return std::nullopt;
  if (released.left == 0) queues_.erase(found);
  else found->second = released.left;
  return std::nullopt;
}

void ParkedHistories::add_unread(const log::StreamPosition& at, const log::Key& key, const Failure& reason) {
  unread_users_.insert(key.user);
  unread_.insert({{at.stream.kind, at.position}, {at, reason.text}});
}

std::optional<ParkedHistories::Unread> ParkedHistories::not_parked() const {
  if (unread_.empty()) return std::nullopt;
  return unread_.begin()->second;
}

std::string ParkedHistories::text() const {
  std::string said;
  if (parked_ > 0) said = fmt::format("{} inputs are parked", parked_);
  if (unread_users_.empty()) return said;
  return said + fmt::format("{}{} users are looked at only up to an event that this version cannot read", said.empty() ? "" : "; ",
                            unread_users_.size());
}

}  // namespace ordo::projections
