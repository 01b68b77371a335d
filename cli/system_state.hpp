#pragma once
// Purpose: how the whole system stands: which processes are there, who owns what, how far everybody has come; and what of it is trouble.
// Errors:  of `look`: unavailable, timeout: the log cannot be asked, which is the worst state of all.
// Threads: one; `look` blocks, a second at most while everything answers.

#include <optional>
#include <string>
#include <vector>

#include "cli/role_report.hpp"
#include "events/log/event_log.hpp"
#include "events/log/lease_store.hpp"
#include "projections/runtime/filling_state.hpp"
#include "projections/runtime/lag.hpp"
#include "projections/runtime/pauses.hpp"

namespace ordo::cli {

inline constexpr std::array<std::string_view, 4> kSharingRoles{"orders", "billing", "notifications", "projections"};

// Who has a partition, since when, and when he was last heard of.
struct OwnerState {
  std::string role;
  log::Lease lease;
  double held_s = 0;
  std::optional<double> renewed_s;  // nothing: he has left, or another life has taken his place
};

struct StreamState {
  log::StreamName stream;
  log::StreamBounds bounds;
};

// How far one reader of a stream is behind its end.
struct Lag {
  std::string reader;           // "billing", or "projection orders"
  log::StreamName input;
  std::uint64_t reached = 0;
  std::uint64_t last_sequence = 0;
  double waiting_s = 0;         // since when the first message that it has not read is there
  bool is_paused = false;       // an operator holds it

  [[nodiscard]] std::uint64_t behind() const { return last_sequence > reached ? last_sequence - reached : 0; }
};

struct SystemState {
  Timestamp at;
  log::Partition partitions = 0;
  std::vector<RoleReport> reports;
  std::vector<OwnerState> owners;     // of every lease that was ever written, by role and partition
  std::vector<StreamState> streams;
  std::vector<Lag> deciders;
  std::vector<Lag> lanes;
  std::vector<projections::Pause> pauses;
  std::optional<projections::FillingState> filling;  // what a rebuild has made so far, and has not put in the place of what serves
  std::string read_model_failure;     // empty: it answers
};

enum class Health { healthy = 0, degraded = 1, down = 2 };  // the exit codes of `ordo status`

struct Trouble {
  Health health = Health::degraded;
  std::string what;
};

// The worst first; none: all is well.
[[nodiscard]] std::vector<Trouble> troubles_of(const SystemState& state);
[[nodiscard]] Health health_of(const std::vector<Trouble>& troubles);
[[nodiscard]] std::string_view text(Health health);

// What the read model tells of its lanes.
struct LanesLook {
  std::vector<projections::StreamLag> lags;
  std::vector<projections::Pause> pauses;
  std::optional<projections::FillingState> filling = {};
};

struct LookSettings {
  log::EventLog& log;
  log::LeaseStore& leases;
  log::RequestReply& roles;
  log::Partition partitions = log::kPartitionsDefault;
  std::function<Result<LanesLook>()> lanes;  // asks the read model
};

[[nodiscard]] Result<SystemState> look(const LookSettings& settings, Clock& clock);

}  // namespace ordo::cli
