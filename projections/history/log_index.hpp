#pragma once
// Purpose: what the read model knows of where an order's events stand, so that they are found without reading the whole log. It is a
//          short cut and no source: whatever is shown comes from the log itself.
// Errors:  as query-side/postgres.
// Threads: as the connection.

#include <vector>

#include "events/log/position.hpp"
#include "projections/runtime/checkpoints.hpp"

namespace ordo::projections {

struct LogIndex {
  std::vector<log::StreamPosition> places;      // of the order's events
  std::vector<log::StreamPosition> candidates;  // of events that were parked or discarded, and may be the order's
  Reached reached;                              // up to here none is missing among them; a stream that is not named: none is known
};

// All as of one moment.
[[nodiscard]] Result<LogIndex> find_in_read_model(postgres::Connection& connection, OrderId order);

}  // namespace ordo::projections
