#pragma once
// Purpose: how far the read model is behind the log.
// Errors: as the log's and query-side/postgres'. Threads: as the connection.

#include <string>
#include <vector>

#include "events/log/event_log.hpp"
#include "projections/runtime/checkpoints.hpp"

namespace ordo::projections {

struct StreamLag {
  std::string lane;
  log::StreamName stream;
  std::uint64_t reached = 0;        // the last message whose rows are written
  std::uint64_t last_sequence = 0;  // the last message of the stream

  [[nodiscard]] std::uint64_t behind() const { return last_sequence > reached ? last_sequence - reached : 0; }
};

[[nodiscard]] Result<std::vector<StreamLag>> lag(postgres::Connection& connection, log::EventLog& log, std::string_view schema);

}  // namespace ordo::projections
