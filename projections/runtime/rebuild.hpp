#pragma once
// Purpose: makes the read model anew from the log while the old one serves: fills the schema `read_next` from the first message on,
//          and when it has caught up, puts it in the place of `read` in one transaction. The old one stays as `read_previous`.
//          Live projectors go on with the new tables by themselves. What a rebuild that was stopped or killed has filled, the next one
//          goes on with, if its version is the same, and so is what it is to make.
// Errors: conflict when another rebuild is at work, or has taken this one over, or what it needs is not there; corrupt for a log that
//         this version cannot read;
//         unavailable when Postgres is away at the start. From then on outages of Postgres and of the log are waited out.
// Threads: one; `report` comes on the caller's.

#include <chrono>
#include <functional>

#include "events/log/log_until.hpp"
#include "projections/runtime/projector.hpp"

namespace ordo::projections {

struct RebuildProgress {
  std::uint64_t messages_before = 0;  // that stood there when it began
  std::uint64_t messages_done = 0;    // with those
  std::uint64_t messages_total = 0;  // grows while the log does
  std::uint64_t events_done = 0;
  double events_per_second = 0;  // since the last report
  std::size_t tables_left = 0;   // whose keys and indexes are being made, while nothing is read
};

struct RebuildSettings {
  // A rebuild that shows no life for so long is taken for dead.
  static constexpr std::chrono::milliseconds kSilenceMax{10'000};
  const ReadModelDefinition& model;
  log::EventLog& log;
  log::Partition partitions = log::kPartitionsDefault;
  postgres::ConnectionOptions connection;
  std::function<void(const RebuildProgress&)> report{};  // about once a second
  std::function<bool()> goes_on{};                       // asked several times a second; no: the rebuild stops where it is
  bool restart = false;                                  // begins with empty tables, whatever stands in `read_next`
  bool swap = true;                                      // no: the tables stay as `read_next` when they are filled
  bool only_go_on = false;                               // with what stands in `read_next`, or not at all
  std::set<std::string> lanes{};  // what these feed is made anew, and the rows of the others are kept; empty: all
  std::optional<log::Ends> until{};  // fills up to these events only, to look at the past; then it never swaps
  std::chrono::milliseconds silence_max = kSilenceMax;
};

struct Rebuilt {
  bool finished = false;          // no: told to stop before
  bool went_on = false;           // with what another rebuild had filled
  RebuildProgress progress{};     // as it was looked at last
  std::uint64_t events = 0;       // that this one has written
  std::chrono::milliseconds took{0};
};

// What the tables of such a rebuild hold, if not simply all: for people, and for those who ask whether they may go on with them.
[[nodiscard]] std::string note_of(const RebuildSettings& settings);

// What is to be done and what is done up to these checkpoints, of all lanes; messages that are gone from the inbox count as neither.
// Errors: as the log.
[[nodiscard]] Result<RebuildProgress> measure(const RebuildSettings& settings, log::EventLog& log,
                                              const std::map<std::string, Reached>& lanes);

// While another rebuild lives, this one is refused; one that died is taken over when it has been silent for long enough.
[[nodiscard]] Result<Rebuilt> rebuild(const RebuildSettings& settings);

}  // namespace ordo::projections
