#pragma once
// Purpose: what the readers of a lane have brought and the lane has not taken yet. It is bounded: a full one makes readers wait, and
//          so, in the end, the log.
// Threads: `push` by any number, `take` by one.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <stop_token>
#include <vector>

#include "events/log/event_log.hpp"

namespace ordo::projections {

class Mailbox {
 public:
  explicit Mailbox(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Waits for room. After `close` the message is dropped.
  void push(log::StoredMessage message);

  // Waits until there is something, and takes at once what is there, up to about `bytes_max`: it never waits for more. Nothing when
  // told to stop, and when nothing has come for so long.
  [[nodiscard]] std::vector<log::StoredMessage> take(const std::stop_token& stop, std::size_t bytes_max,
                                                     std::chrono::milliseconds silence_max);

  // Lets all that wait in `push` go.
  void close();

 private:
  const std::size_t bytes_max_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable_any filled_;
  std::deque<log::StoredMessage> messages_;
  std::size_t bytes_ = 0;
  bool closed_ = false;
};

}  // namespace ordo::projections
