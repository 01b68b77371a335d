#pragma once
// Purpose: the rows that a read model must hold at given checkpoints, made from the log by the projections themselves into temporary
//          tables of one transaction; and beside them the books, which share no code with the projections.
// Errors:  corrupt: the log cannot be read, or made into rows, up to the checkpoints; otherwise as query-side/postgres and the log.
// Threads: one.

#include <set>
#include <stop_token>
#include <string>
#include <utility>

#include "events/log/event_log.hpp"
#include "projections/runtime/checkpoints.hpp"
#include "projections/runtime/projection.hpp"
#include "projections/verification/books.hpp"
#include "projections/verification/progress.hpp"

namespace ordo::projections {

inline constexpr std::string_view kExpected = "pg_temp";  // the schema of the temporary tables
inline constexpr std::string_view kBooksTable = "pg_temp.books";

struct ExpectedRowsSettings {
  const ReadModelDefinition& model;
  log::EventLog& log;
  std::stop_token stop;
  std::chrono::milliseconds silence_max{2'000};  // as of `log::LogCursor`
};

// Events that a lane has parked or thrown away: they are in no rows.
using LeftOut = std::set<std::pair<std::string, log::StreamPosition>>;  // by lane

// Of the serving schema. Errors: as query-side/postgres.
[[nodiscard]] Result<LeftOut> read_left_out(postgres::Transaction& transaction);

// Fills the tables; answers what contradicts the books, if anything does. A wallet of which something is left out is in no books.
[[nodiscard]] Result<MaybeContradiction> make_expected_rows(postgres::Transaction& transaction, const ExpectedRowsSettings& settings,
                                                            const std::map<std::string, Reached>& checkpoints, const LeftOut& left_out,
                                                            Progress& progress);

}  // namespace ordo::projections
