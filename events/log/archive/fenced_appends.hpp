#pragma once
// Purpose: messages appended to where they must come to stand, one behind the other, a thousand of them or 8 MB under way at a time.
// Errors:  of the first that was not stored: as `EventLog::append`. Of those behind it some may be stored, if the log sends them ahead, each
//          where it must stand.
// Threads: one; it waits while many are under way. The log outlives it.

#include <memory>

#include "events/log/event_log.hpp"

namespace ordo::log::archive {

class FencedAppends {
 public:
  explicit FencedAppends(EventLog& log);

  // To the sequence that the message names.
  [[nodiscard]] Result<void> append(StoredMessage message);

  // Waits for all that are under way; each counts as stored when the log answers with its own sequence.
  [[nodiscard]] Result<void> finish();

 private:
  struct State;

  EventLog& log_;
  std::shared_ptr<State> state_;  // shared with the appends under way, which may outlive this
};

}  // namespace ordo::log::archive
