#pragma once
// Purpose: appends runs to a fresh log, many at once, each stream in its order, and knows in advance where each will stand.
// Errors: the first one ends the process, with its reason on stderr.
// Threads: one.

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>

#include "events/log/event_log.hpp"

namespace ordo::bench {

[[noreturn]] void give_up(const std::string& reason);

class Appender {
 public:
  explicit Appender(log::EventLog& log) : log_(log) {}

  // Answers the message's sequence. `payload`: an encoded run.
  std::uint64_t append(log::StreamName stream, log::Topic topic, std::string payload);

  void await_all();

 private:
  log::EventLog& log_;
  std::mutex mutex_;
  std::condition_variable settled_;
  int under_way_ = 0;
  std::map<log::StreamName, std::uint64_t> last_;
};

}  // namespace ordo::bench
