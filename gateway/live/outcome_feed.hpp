#pragma once
// Purpose: hears what the log stores, as it is stored, and tells those who wait. One subscription for the whole gateway,
//          however many wait.
// Errors: a message that cannot be decoded is logged and passed over: who waits for it finds the outcome in the read model.
// Threads: waiters are resolved on the thread of the log that delivers.
// Owns: log and waiters outlive it.

#include <memory>

#include "events/log/event_log.hpp"
#include "gateway/live/waiters.hpp"

namespace ordo::live {

class OutcomeFeed {
 public:
  OutcomeFeed(log::EventLog& log, Waiters& waiters);

 private:
  void hear(const log::StoredMessage& message);

  Waiters& waiters_;
  std::unique_ptr<log::Reader> reader_;
};

}  // namespace ordo::live
