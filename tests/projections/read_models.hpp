#pragma once
// Purpose: steps that the tests of projections and queries share.
// Threads: one.

#include <chrono>
#include <functional>
#include <string_view>
#include <thread>

#include "projections/read_model.hpp"
#include "projections/runtime/checksum.hpp"
#include "projections/runtime/lane.hpp"
#include "projections/runtime/projector.hpp"
#include "projections/runtime/schema.hpp"
#include "tests/projections/story.hpp"
#include "tests/query-side/postgres/temporary_database.hpp"

namespace ordo::tests {

// How a lane meets what its streams hold.
struct Reading {
  std::uint64_t seed = 1;                  // of the interleaving of streams and of batch sizes
  std::size_t batch_max = 50;              // messages
  std::optional<log::StreamKind> without;  // a stream that is empty by now
};

// Makes the schema and fills it with the whole story, lane after lane, step by step.
void project(const TemporaryDatabase& database, const Story& story, std::string_view schema, const Reading& reading = {},
             log::Partition partitions = 2, const projections::ReadModelDefinition& model = projections::read_model());

// Fills a schema that is there, in the stage that it is in.
void fill(const TemporaryDatabase& database, const Story& story, std::string_view schema, const Reading& reading, log::Partition partitions,
          const projections::ReadModelDefinition& model, projections::Stage stage);

[[nodiscard]] std::vector<projections::TableChecksum> checksums_of(const TemporaryDatabase& database, std::string_view schema);

// A projector that throws nothing away: `give_up` counts.
[[nodiscard]] projections::ProjectorSettings live_projector(const TemporaryDatabase& database, log::EventLog& log,
                                                            std::function<void(const Failure&)> give_up);

// True when every lane has written all that the log holds.
[[nodiscard]] bool has_caught_up(const projections::Projector& projector, log::EventLog& log);

// Looks every few milliseconds, at most for 20 seconds.
[[nodiscard]] bool eventually(const std::function<bool()>& condition);

}  // namespace ordo::tests
