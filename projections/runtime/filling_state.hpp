#pragma once
// Purpose: how far the tables are that a rebuild fills, asked by whoever looks on: the rebuild itself may have been stopped.
// Errors:  as query-side/postgres and the log.
// Threads: as the connection.

#include <cstdint>
#include <optional>

#include "events/log/event_log.hpp"
#include "projections/runtime/schema.hpp"

namespace ordo::projections {

struct FillingState {
  Stage stage = Stage::whole;
  std::string note;                   // what the tables are to hold, if not simply all
  std::uint64_t messages_done = 0;    // of all lanes, as `RebuildProgress` has them
  std::uint64_t messages_total = 0;
  std::uint64_t events_done = 0;      // about, as concluded from samples; of all lanes, too
  std::uint64_t events_total = 0;

  [[nodiscard]] bool is_full() const { return stage == Stage::whole && messages_done >= messages_total; }
};

// Nothing: there is no `read_next`, or another version's.
[[nodiscard]] Result<std::optional<FillingState>> filling_state(postgres::Connection& connection, log::EventLog& log,
                                                                const ReadModelDefinition& model, log::Partition partitions);

}  // namespace ordo::projections
