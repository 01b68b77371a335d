#pragma once
// Purpose: a command on its way into the log.
// Threads: plain values.

#include <chrono>
#include <functional>

#include "events/log/event.hpp"
#include "events/log/position.hpp"
#include "events/log/stream.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::commands {

// Monotonic; it comes in from outside, so that a simulator can turn it.
using Instant = std::chrono::steady_clock::time_point;

struct Command {
  log::Topic topic = log::Topic::order_create;
  log::Partition partition = 0;
  log::Event event;
};

// Where the command is stored, or why that is not known to be so:
//   unavailable: it is not stored
//   timeout:     not known; it may be stored. Sending the same command again is safe: its owner decides each id once
//   corrupt:     the log refuses it for good
using CommandSettled = std::function<void(Result<log::StreamPosition>)>;

}  // namespace ordo::commands
