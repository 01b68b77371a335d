#pragma once
// Purpose: a log of which a server tells that has just won an election: so many times each stream seems to end before it began.
// Threads: as the log that it stands before.

#include <atomic>

#include "tests/events/log/forwarding_log.hpp"

namespace ordo::log {

class HesitantLog final : public ForwardingLog {
 public:
  HesitantLog(EventLog& log, int stale_answers) : ForwardingLog(log), stale_(stale_answers) {}

  Result<StreamBounds> bounds(StreamName stream) override {
    if (++asked <= stale_) return StreamBounds{1, 0};
    return ForwardingLog::bounds(stream);
  }

  std::atomic<int> asked = 0;

 private:
  const int stale_;
};

}  // namespace ordo::log
