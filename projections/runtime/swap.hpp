#pragma once
// Purpose: puts the schema that a rebuild has filled in the place of the one that serves, while live lanes hold still.
// Threads: one.

#include <functional>

#include "events/log/event_log.hpp"
#include "projections/runtime/projector.hpp"

namespace ordo::projections {

struct SwapSettings {
  const ReadModelDefinition& model;
  log::EventLog& log;
  log::Partition partitions = log::kPartitionsDefault;
  IdBytes claim{};                // of the rebuild that swaps
  std::function<bool()> goes_on;  // asked every few milliseconds
};

// Stops live lanes, waits until the checkpoints in `read_next` have reached the end of the log, stops `building` and renames; the tables
// that an earlier swap put aside go in the same transaction. Answers false when `goes_on` said no before: nothing has changed then,
// and live lanes go on.
// Errors: conflict when `read_next` is another rebuild's; otherwise as query-side/postgres and the log. After a failure `building`
//         may have been stopped; a timeout means that the swap may have happened.
[[nodiscard]] Result<bool> swap_schemas(postgres::Connection& connection, const SwapSettings& settings, Projector& building);

}  // namespace ordo::projections
