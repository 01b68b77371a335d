#pragma once
// Purpose: compares every row of the serving read model with what the log makes of it, while both go on: one REPEATABLE READ
//          transaction holds rows and checkpoints still, and the log is folded exactly up to these checkpoints. The money is added up
//          once more by `Books`, which share nothing with the projections.
// Cost:    the rows are made once more, in temporary tables: about a rebuild's work and room. Nothing stays, nothing waits for it.
// Errors:  unavailable, timeout, conflict: it could not be compared now, for example since a rebuild swapped the tables meanwhile;
//          corrupt: the tables are of another version. What is wrong with rows or log is a finding.
// Threads: one; it blocks.

#include <stop_token>

#include "events/log/event_log.hpp"
#include "projections/runtime/projection.hpp"
#include "projections/verification/finding.hpp"
#include "projections/verification/progress.hpp"

namespace ordo::projections {

struct ComparisonSettings {
  const ReadModelDefinition& model;
  log::EventLog& log;
  postgres::Connection& connection;  // without a limit for statements
  std::stop_token stop;
  std::chrono::milliseconds silence_max{2'000};  // as of `log::LogCursor`
};

// Of every table, the checkpoints first, the books last.
[[nodiscard]] Result<Checks> compare_read_model(const ComparisonSettings& settings, Progress& progress);

}  // namespace ordo::projections
