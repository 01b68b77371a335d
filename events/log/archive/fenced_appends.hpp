#pragma once
// Purpose: messages appended to where they must come to stand, one behind the other, some of them under way at a time.
// Errors:  of the first that was not stored: as `EventLog::append`; none behind it is stored then.
// Threads: one; it waits while many are under way. The log outlives it.

#include <memory>

#include "events/log/event_log.hpp"

namespace ordo::log::archive {

class FencedAppends {
 public:
  explicit FencedAppends(EventLog& log);

  // To the sequence that the message names.
  [[nodiscard]] Result<void> append(StoredMessage message);

  // Waits for all that are under way.
  [[nodiscard]] Result<void> finish();

 private:
  struct State;

  EventLog& log_;
  std::shared_ptr<State> state_;  // shared with the appends under way, which may outlive this
};

}  // namespace ordo::log::archive
