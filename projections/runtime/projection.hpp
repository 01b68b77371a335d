#pragma once
// Purpose: what a lane makes rows with, and the list of all that the read model consists of. The folders of features implement
//          `Projection`; projections/read_model.cpp lists them.
// Rules: rows come from events alone, never from a clock or from what else the database holds, so that a rebuild gives the same
//        ones, in batches of whatever size.
// Threads: a projection belongs to one lane.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/event.hpp"
#include "projections/runtime/bulk_table.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

class Projection {
 public:
  virtual ~Projection() = default;

  // Folds one more event into the batch; events of one stream come in order.
  // Errors: corrupt for an event that this version cannot read; the batch is as it was then.
  [[nodiscard]] virtual Result<void> add(const log::StreamPosition& at, const log::Event& event) = 0;

  // Writes the batch, with a fixed number of statements however large it is. The batch stays.
  [[nodiscard]] virtual Result<void> write(postgres::Transaction& transaction) = 0;

  // The same into tables that have no keys yet: adds rows to the bulk tables by COPY, and makes what `write` makes of the others.
  [[nodiscard]] virtual Result<void> copy(postgres::Transaction& transaction) = 0;

  // Forgets the batch.
  virtual void clear() = 0;
};

// Rows that one lane writes, and no other: all of a table, or those for which a condition holds.
struct FedRows {
  std::string table;
  std::string condition = "true";
};

struct LaneDefinition {
  std::string name;
  std::vector<log::StreamKind> inputs;  // of every partition
  std::function<std::unique_ptr<Projection>(const std::string& schema)> make;
  std::vector<FedRows> feeds;  // so that the lane can be rebuilt alone, and the rows of the others be kept
};

struct ReadModelDefinition {
  int version = 0;  // raised when the same events make other rows; a change of the tables alone is seen by itself
  std::vector<std::string_view> tables_sql;
  std::vector<LaneDefinition> lanes;
  std::vector<BulkTable> bulk_tables;
};

}  // namespace ordo::projections
