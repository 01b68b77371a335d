#pragma once
// Purpose: which messages of the log lie between two moments.
// Requires: in a stream, what belongs to a moment comes before what does not; where clocks disagree, messages about the moment itself may
//           fall to the wrong side.
// Errors:  as the log; corrupt for a message that is no run.
// Threads: one; it blocks.

#include <optional>
#include <vector>

#include "events/log/archive/cut.hpp"
#include "events/log/log_scan.hpp"
#include "projections/history/moment.hpp"

namespace ordo::cli {

// None: from the beginning, to the end.
struct ExportBounds {
  std::optional<projections::Moment> from;
  std::optional<projections::Moment> to;
};

// One range per stream of the cut and of a partition that the moments speak of, empty where nothing lies between them.
[[nodiscard]] Result<std::vector<log::LogRange>> export_ranges(log::EventLog& log, const log::archive::Cut& cut, const ExportBounds& bounds);

}  // namespace ordo::cli
