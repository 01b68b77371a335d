#pragma once
// Purpose: what an operator does about events that a lane has parked: see them, have them made into rows, throw them away. A queue is what
//          one lane has parked of one stream under one key.
// Errors:  as query-side/postgres and the log; corrupt for tables of another version, and for a lane that the model does not have.
// Threads: as the connection.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/log/event_log.hpp"
#include "events/parking/events.hpp"
#include "projections/runtime/parked_events.hpp"
#include "projections/runtime/projection.hpp"
#include "projections/runtime/schema.hpp"

namespace ordo::projections {

// So many events are made into rows at once; the lane waits meanwhile.
inline constexpr std::size_t kReleasedMax = 1'000;

struct ParkedQueue {
  std::string lane;
  log::StreamName stream;
  log::Key key;
  std::uint64_t events = 0;
  std::optional<parking::Fault> fault;  // of the first of them; none: it waits to be tried again
};

// `id`: of an order or a user; none: all.
[[nodiscard]] Result<std::vector<ParkedQueue>> parked_queues(postgres::Connection& connection, std::string_view schema,
                                                             const std::optional<IdBytes>& id = {});

struct ReleaseSettings {
  const ReadModelDefinition& model;
  log::EventLog& log;
  postgres::Connection& connection;
  std::string_view schema = kServing;
};

// Whose wish it is and why, for the record of what is thrown away.
struct ReleaseOrder {
  parking::Discard discard = parking::Discard::none;
  std::string requested_by;
  std::string reason;
};

struct Released {
  std::uint64_t discarded = 0;
  std::uint64_t applied = 0;
  std::uint64_t left = 0;
  std::optional<std::string> reason;  // why the first of those cannot be made into rows; none: it was one too many at once, ask again
};

// In one transaction that the lane waits for: first throws away what is to be, and records it; then reads the others in the log again and
// makes them into rows, in their order, up to the first that still cannot be.
[[nodiscard]] Result<Released> release(const ReleaseSettings& settings, const ParkedQueue& queue, const ReleaseOrder& order);

}  // namespace ordo::projections
