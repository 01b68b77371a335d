#pragma once
// Purpose: makes the read model anew from the log while the old one serves: fills the schema `read_next` from the first message on,
//          and when it has caught up, puts it in the place of `read` in one transaction. The old one stays as `read_previous`.
//          Live projectors go on with the new tables by themselves. What a rebuild that was stopped or killed has filled, the next one
//          goes on with, if its version is the same.
// Errors: conflict when another rebuild is at work, or has taken this one over; corrupt for a log that this version cannot read;
//         unavailable when Postgres is away at the start. From then on outages of Postgres and of the log are waited out.
// Threads: one; `report` comes on the caller's.

#include <chrono>
#include <functional>

#include "projections/runtime/projector.hpp"

namespace ordo::projections {

struct RebuildProgress {
  std::uint64_t messages_done = 0;
  std::uint64_t messages_total = 0;  // grows while the log does
  std::uint64_t events_done = 0;
  double events_per_second = 0;  // since the last report
};

struct RebuildSettings {
  const ReadModelDefinition& model;
  log::EventLog& log;
  log::Partition partitions = log::kPartitionsDefault;
  postgres::ConnectionOptions connection;
  std::function<void(const RebuildProgress&)> report{};  // about once a second
  std::function<bool()> goes_on{};                       // asked several times a second; no: the rebuild stops where it is
  bool restart = false;                                  // begins with empty tables, whatever stands in `read_next`
  // A rebuild that shows no life for so long is taken for dead.
  std::chrono::milliseconds silence_max{10'000};
};

struct Rebuilt {
  bool swapped = false;           // no: told to stop before
  bool went_on = false;           // with what another rebuild had filled
  std::uint64_t events = 0;       // that this one has written
  std::chrono::milliseconds took{0};
};

// While another rebuild lives, this one is refused; one that died is taken over when it has been silent for long enough.
[[nodiscard]] Result<Rebuilt> rebuild(const RebuildSettings& settings);

}  // namespace ordo::projections
