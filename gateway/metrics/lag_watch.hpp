#pragma once
// Purpose: how far the read model is behind the log, asked now and then, so that whoever reads the metrics waits for nobody.
// Units: messages of the log, each of which holds one event or many.
// Errors: a stream that cannot be asked is not told until it can.
// Threads: one of its own; `behind` from every thread. Owns: what it asks outlives it.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "events/log/event_log.hpp"
#include "gateway/reads/read_gate.hpp"

namespace ordo::metrics {

class LagWatch {
 public:
  LagWatch(reads::FindReached find, log::EventLog& log, std::chrono::milliseconds every = std::chrono::seconds(5));

  // As of the last look; empty when that failed.
  [[nodiscard]] std::map<log::StreamName, std::uint64_t> behind() const;

 private:
  void serve(const std::stop_token& stop);
  [[nodiscard]] std::map<log::StreamName, std::uint64_t> look(const std::stop_token& stop);

  const reads::FindReached find_;
  log::EventLog& log_;
  const std::chrono::milliseconds every_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<log::StreamName, std::uint64_t> behind_;
  std::jthread thread_;
};

}  // namespace ordo::metrics
