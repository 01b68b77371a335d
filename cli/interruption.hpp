#pragma once
// Purpose: lets Ctrl-C and SIGTERM end an operator's command in order, between two messages; hard when it does not come to one
//          within three seconds.
// Requires: made before any other thread, so that none of them is hit by the signals.
// Threads: `token` may be given to all.

#include <csignal>
#include <stop_token>
#include <thread>

namespace ordo::cli {

class Interruption {
 public:
  Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  [[nodiscard]] std::stop_token token() const { return wanted_.get_token(); }

 private:
  void watch(const std::stop_token& done);

  sigset_t signals_{};
  std::stop_source wanted_;
  std::jthread watcher_;  // last: it uses what stands above
};

}  // namespace ordo::cli
