#pragma once
// Purpose: a moment of the past: which events belong to it.
// A place in the log is a moment: an event belongs to it if it stands there or was known to whoever decided what stands there, directly
// or through others. So what a moment holds fits together: no effect without its cause, no order ahead of its payment. A time is one as
// well, by the clocks of those who decided.
// Threads: plain values.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "events/log/event_log.hpp"
#include "events/log/logged_event.hpp"

namespace ordo::projections {

// Stands for the last event of a message, whatever its index.
inline constexpr std::uint32_t kLastIndex = UINT32_MAX;

class Moment {
 public:
  Moment() = default;  // now: everything belongs to it
  explicit Moment(Timestamp time) : time_(time) {}

  // Looks up who knew what. Errors: corrupt for a place where no event stands; otherwise as the log.
  [[nodiscard]] static Result<Moment> at(log::EventLog& log, const std::vector<log::StreamPosition>& places);

  // The last event of each stream that belongs to it; nothing for now and for times.
  [[nodiscard]] const std::optional<std::map<log::StreamName, log::Position>>& ends() const { return known_; }

  [[nodiscard]] bool includes(const log::LoggedEvent& logged) const;

  // Whether the moment says anything about this partition: a place does so of its own only.
  [[nodiscard]] bool speaks_of(log::Partition partition) const;

 private:
  std::optional<Timestamp> time_;
  // Up to and including these; a stream that is not named: nothing of it.
  std::optional<std::map<log::StreamName, log::Position>> known_;
};

[[nodiscard]] std::vector<log::LoggedEvent> events_until(const Moment& moment, const std::vector<log::LoggedEvent>& events);

}  // namespace ordo::projections
