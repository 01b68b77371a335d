#pragma once
// Purpose: what is parked anywhere, by owners and by lanes of the read model, and what an operator may do about it.
// Errors:  unavailable, timeout; conflict when another input stands first than the operator saw.
// Threads: one; it blocks until an owner has answered, 30 s at most.

#include <optional>
#include <string>
#include <vector>

#include "cli/connections.hpp"
#include "cli/parked_keys.hpp"
#include "cli/parked_text.hpp"
#include "cli/settings.hpp"
#include "projections/runtime/release.hpp"

namespace ordo::cli {

inline constexpr const char* kProjectionsContext = "projections";

struct WantedParked {
  std::string id;       // an order's or a user's; empty: all
  std::string context;  // "billing", "projections"; empty: all
};

struct Parked {
  std::vector<ParkedKey> of_owners;
  std::vector<projections::ParkedQueue> of_lanes;

  [[nodiscard]] bool empty() const { return of_owners.empty() && of_lanes.empty(); }
};

[[nodiscard]] ParkedRow row_of(const ParkedKey& parked);
[[nodiscard]] ParkedRow row_of(const projections::ParkedQueue& queue);

// The log, and Postgres if it can be had: without it what the read model has parked is not known.
class ParkedDesk {
 public:
  [[nodiscard]] static Result<ParkedDesk> open(const Settings& settings);

  [[nodiscard]] Result<Parked> find(const WantedParked& wanted);

  // Again as long as it goes on: only so much is decided at once.
  [[nodiscard]] Result<ReleaseRow> release(const ParkedKey& parked, parking::Discard discard, const std::string& reason);
  [[nodiscard]] Result<ReleaseRow> release(const projections::ParkedQueue& queue, parking::Discard discard, const std::string& reason);

  [[nodiscard]] log::EventLog& log() { return *log_.log; }

 private:
  ParkedDesk(const Settings& settings, LogConnection log, std::optional<postgres::Connection> postgres)
      : settings_(settings), log_(std::move(log)), postgres_(std::move(postgres)) {}

  const Settings& settings_;
  LogConnection log_;
  std::optional<postgres::Connection> postgres_;
};

}  // namespace ordo::cli
