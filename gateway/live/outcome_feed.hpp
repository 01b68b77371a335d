#pragma once
// Purpose: hears what the log stores, as it is stored, and tells those who wait. One subscription for the whole gateway,
//          however many wait, and whoever else wants to hear of every message.
// Errors: a message that cannot be decoded is logged and passed over: who waits for it finds the outcome in the read model.
// Threads: waiters are resolved, and others told, on the thread of the log that delivers.
// Owns: log, waiters and who else hears outlive it.

#include <functional>
#include <memory>

#include "events/log/event_log.hpp"
#include "gateway/live/waiters.hpp"

namespace ordo::live {

class OutcomeFeed {
 public:
  using Hear = std::function<void(const log::StoredMessage&)>;

  OutcomeFeed(log::EventLog& log, Waiters& waiters, Hear also_told = [](const log::StoredMessage&) {});

 private:
  void hear(const log::StoredMessage& message);

  Waiters& waiters_;
  const Hear also_told_;
  std::unique_ptr<log::Reader> reader_;
};

}  // namespace ordo::live
