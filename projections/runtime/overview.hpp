#pragma once
// Purpose: what stands in the schemas of the read model.
// Errors:  as query-side/postgres and the log.
// Threads: as the connection. It waits a moment where a rebuild may be at work, for its sign of life.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "projections/runtime/checkpoints.hpp"

namespace ordo::projections {

enum class Building { nobody, lives, silent };

struct SchemaState {
  std::string name;                     // read, read_next, read_previous
  std::int64_t version = 0;
  bool fits = false;                    // this program can go on with it
  std::string note;                     // what it holds, if not simply all
  Building building = Building::nobody;  // whether a rebuild fills it now
  std::uint64_t rows = 0;               // about, as Postgres counts them
  std::uint64_t bytes = 0;              // on disk, with indexes
  std::map<std::string, Reached> reached;
};

// Those that are there.
[[nodiscard]] Result<std::vector<SchemaState>> schema_states(postgres::Connection& connection, const ReadModelDefinition& model);

}  // namespace ordo::projections
