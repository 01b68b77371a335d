#pragma once
// Purpose: what the readers of a lane have brought, given out by time across its streams, each stream in its order, up to a message
//          that is named beforehand. So what belongs together (an order's request and what became of it) comes in one batch, and rows are
//          whole when they are written. It is bounded: a stream that is ahead waits.
// Threads: `push` by any number, the others by one.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <stop_token>
#include <vector>

#include "events/log/event_log.hpp"
#include "projections/runtime/checkpoints.hpp"

namespace ordo::projections {

class TimeOrderedMailbox {
 public:
  // From the message after `reached` to `until`, of the streams of `reached`; those that are not in `until` have ended.
  TimeOrderedMailbox(const Reached& reached, const Reached& until, std::size_t bytes_max);

  // Waits for room. What comes after the last one that is wanted, or after `close`, is dropped.
  void push(log::StoredMessage message);

  // Waits until there is a whole batch of about `bytes_max`, or the end. Gives out less, even nothing, when told to stop and when
  // some stream brings nothing for a second.
  [[nodiscard]] std::vector<log::StoredMessage> take(const std::stop_token& stop, std::size_t bytes_max);

  // Every message that was wanted has been given out.
  [[nodiscard]] bool has_ended() const;

  // The streams that hold the others up.
  [[nodiscard]] std::vector<log::StreamName> waits_for() const;
  // What a stream still has: what it has lost, or never had, is not waited for.
  void expect_only(log::StreamName stream, const log::StreamBounds& bounds);

  // Lets all that wait in `push` go.
  void close();

 private:
  struct Timed {
    Timestamp time;
    log::StoredMessage message;
  };
  struct Inlet {
    std::uint64_t came = 0;  // the last one that came
    std::uint64_t until = 0;
    std::size_t bytes = 0;
    std::deque<Timed> messages;

    [[nodiscard]] bool may_bring_more() const { return came < until; }
  };

  [[nodiscard]] bool can_give() const;
  [[nodiscard]] Inlet* earliest();

  const std::size_t bytes_max_;  // of each stream
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable_any filled_;
  std::map<log::StreamName, Inlet> inlets_;
  bool closed_ = false;
};

}  // namespace ordo::projections
