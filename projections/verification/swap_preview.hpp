#pragma once
// Purpose: what a swap would change: the tables that a rebuild has filled are brought to where the tables that serve are, and compared with
//          them as of one moment. Live lanes stand still for a moment only, as they do at a swap; the comparison disturbs nobody.
// Errors:  conflict when a rebuild is at work, or has filled nothing that could be swapped in, or the two cannot be brought to one place,
//          and the text says what to do; unavailable when told to stop; otherwise as query-side/postgres and the log.
// Threads: one; it blocks.

#include <chrono>
#include <functional>

#include "projections/runtime/projector.hpp"
#include "projections/verification/schema_difference.hpp"

namespace ordo::projections {

struct PreviewSettings {
  const ReadModelDefinition& model;
  log::EventLog& log;
  log::Partition partitions = log::kPartitionsDefault;
  postgres::ConnectionOptions connection;
  std::size_t samples_max = 3;
  std::function<bool()> goes_on{};
  std::chrono::milliseconds silence_max{10'000};    // as of a rebuild
  std::chrono::milliseconds live_lanes_wait{10'000};  // for so long it waits for live lanes that are behind `read_next`
};

[[nodiscard]] Result<std::vector<TableDifference>> preview_swap(const PreviewSettings& settings);

}  // namespace ordo::projections
