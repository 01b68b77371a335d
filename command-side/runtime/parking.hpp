#pragma once
// Purpose: the inputs of one partition that its owner could not decide, and those that came behind them under the same key, in
//          their order: a fold of what the owner's output stream says of them.
// Limits:  `kParkedBytesMax` of events; who parks more has a fault that is no single event's.
// Errors:  `fold` answers corrupt for what cannot have happened; `load` for bytes that are none of `save`.
// Threads: the owner's.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "events/log/event.hpp"
#include "events/parking/events.hpp"

namespace ordo::runtime {

inline constexpr std::size_t kParkedBytesMax = 32 * 1024 * 1024;

struct ParkedInput {
  log::Cause place;  // where the input stands
  log::Event event;
  std::optional<parking::Fault> fault;

  friend bool operator==(const ParkedInput&, const ParkedInput&) = default;
};

class Parking {
 public:
  using Queue = std::deque<ParkedInput>;

  // The parked key that holds up whatever has this one: itself, or its user.
  [[nodiscard]] std::optional<log::Key> blocks(const log::Key& key) const;
  // Empty for a key that is not parked.
  [[nodiscard]] const Queue& queue(const log::Key& key) const;
  [[nodiscard]] const std::map<log::Key, Queue>& queues() const { return queues_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  void park(const log::Key& key, ParkedInput input);
  // Requires: so many are there.
  void release(const parking::ParkedReleased& released);
  // An event of the own stream for which `is_parking` holds.
  [[nodiscard]] Result<void> fold(const log::Event& own);

  [[nodiscard]] std::string save() const;
  [[nodiscard]] static Result<Parking> load(std::string_view bytes);

  friend bool operator==(const Parking&, const Parking&) = default;

 private:
  std::map<log::Key, Queue> queues_;  // none of them empty
  std::size_t bytes_ = 0;
};

}  // namespace ordo::runtime
