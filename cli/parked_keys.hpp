#pragma once
// Purpose: what is parked in all partitions, as PARKED tells it, and an operator's request to release it.
// Errors: unavailable, timeout; corrupt for a message that cannot be read.
// Threads: one.

#include <chrono>
#include <string_view>
#include <vector>

#include "command-side/runtime/parking.hpp"
#include "events/log/event_log.hpp"
#include "events/parking/events.hpp"

namespace ordo::cli {

// What one owner has parked under one key.
struct ParkedKey {
  log::StreamName output;  // of its owner: ORDERS-2
  log::Key key;
  runtime::Parking::Queue queue;  // never empty
};

// Those of the id, a user's or an order's; of all where it is empty.
[[nodiscard]] Result<std::vector<ParkedKey>> parked_keys(log::EventLog& log, log::Partition partitions, std::string_view id = {});

// Waits for the owner's answer. Errors: also timeout when no owner answers in time; the request stands all the same.
[[nodiscard]] Result<parking::ParkedReleased> release_parked(log::EventLog& log, log::StreamName output,
                                                             const parking::ReleaseRequested& request, std::chrono::milliseconds limit);

}  // namespace ordo::cli
