#pragma once
// Purpose: asks the server how a stream stands. For the .cpp files of this folder, and for tests.

#include <chrono>
#include <span>

#include "events/log/event_log.hpp"
#include "events/log/jetstream/connection.hpp"

namespace ordo::log::jetstream {

// One of the servers that hold a stream beside its leader, as the leader sees it.
struct Replica {
  bool offline = false;
  std::chrono::nanoseconds silence{0};  // since the leader heard of it
};

// Whoever has answered the leader is loyal to it for 4 s at least: so long a server waits before it stands for election. A leader
// hears of each once a second.
inline constexpr std::chrono::seconds kReplicaSilenceMax{3};

// Whether a leader that hears these replicas certainly leads: with itself, a majority has answered it so lately that nobody else
// can have been elected. One that was cut off goes on for 10 s, and knows nothing of what its successor stores.
[[nodiscard]] bool certainly_leads(std::span<const Replica> others);

// Errors: unavailable (also when there is no such stream, and in a cluster when who answers may have lost its lead), timeout.
[[nodiscard]] Result<StreamBounds> bounds_of(Connection& connection, StreamName stream, std::chrono::milliseconds timeout);

}  // namespace ordo::log::jetstream
