#pragma once
// Purpose: the life of a role's process: ready, until SIGTERM, SIGINT or a fatal failure.
// Requires: constructed on the main thread before any other thread starts, so that none of them is hit by the signals.
// Threads: `fail` and `ready` from every thread; the rest from the main thread.

#include <optional>
#include <string>
#include <thread>

namespace ordo::cli {

class Lifetime {
 public:
  Lifetime(std::string role, std::string ready_file);
  ~Lifetime();
  Lifetime(const Lifetime&) = delete;
  Lifetime& operator=(const Lifetime&) = delete;

  // From now on until `wait`, who tells the process to stop ends it at once, with 0: a role that is still waiting for its servers owes
  // nobody anything.
  void begin();

  // Creates the ready file, if one is wanted.
  void ready();

  // Blocks until the process is told to stop (0) or something failed for good (1); removes the ready file. From then on it has nine
  // seconds to end in order, until this is destroyed; then it ends as it is, as it may at any time: what is not said is said again.
  [[nodiscard]] int wait();

  // Whether the process has been told to stop, for work that ends by itself: such a one never waits.
  [[nodiscard]] bool told_to_stop();

  // As `end_process`, in this role's name.
  void fail(const std::string& reason);

 private:
  void limit_the_end(int exit_code);

  std::string role_;
  std::string ready_file_;
  bool told_to_stop_ = false;
  std::jthread beginning_;
  std::jthread ending_;
};

// Ends `wait` with 1 and says why. Async-safe enough for callbacks: it writes one line and raises a signal.
// Requires: a Lifetime.
void end_process(const std::string& reason);

// Names the role's log lines, sets the level, ignores SIGPIPE, starts libsodium. Call first in main.
void start_process(const std::string& role, const std::string& log_level);

}  // namespace ordo::cli
