#include <algorithm>

#include <fmt/format.h>

#include "cli/system_state.hpp"

namespace ordo::cli {
namespace {

// As long as a read waits for the read model at most.
constexpr double kLagMaxS = 5;
// A lease whose holder is silent for so long is taken.
constexpr double kSilenceMaxS = 10;

bool answers(const SystemState& state, std::string_view role) {
  return std::ranges::find(state.reports, role, &RoleReport::role) != state.reports.end();
}

bool has_live_owner(const SystemState& state, std::string_view role, log::Partition partition) {
  return std::ranges::any_of(state.owners, [&](const OwnerState& owner) {
    return owner.role == role && owner.lease.partition == partition && owner.renewed_s && *owner.renewed_s < kSilenceMaxS;
  });
}

std::string list(const std::vector<log::Partition>& partitions) { return fmt::format("{}", fmt::join(partitions, " ")); }

void look_at_owners(const SystemState& state, std::string_view role, std::vector<Trouble>& troubles) {
  std::vector<log::Partition> ownerless;
  for (log::Partition partition = 0; partition < state.partitions; ++partition) {
    if (!has_live_owner(state, role, partition)) ownerless.push_back(partition);
  }
  if (ownerless.empty()) return;
  const bool decides = role == "orders" || role == "billing";
  if (ownerless.size() < state.partitions) {
    troubles.push_back({Health::degraded, fmt::format("no instance of {} serves partition {}", role, list(ownerless))});
  } else {
    troubles.push_back({decides ? Health::down : Health::degraded,
                        fmt::format("no instance of {} serves anything: {}", role,
                                    decides ? "no order moves" : role == "projections" ? "readers see nothing new" : "no letter is sent")});
  }
}

void look_at_lags(const std::vector<Lag>& lags, std::vector<Trouble>& troubles) {
  for (const auto& lag : lags) {
    if (lag.waiting_s <= kLagMaxS || lag.is_paused) continue;
    const auto behind = fmt::format("{:.0f} s and {} messages behind", lag.waiting_s, lag.behind());
    troubles.push_back({Health::degraded, fmt::format("{} is {} in {}", lag.reader, behind, log::text(lag.input))});
  }
}

void look_at_pauses(const SystemState& state, std::vector<Trouble>& troubles) {
  for (const auto& pause : state.pauses) {
    troubles.push_back({Health::degraded, fmt::format("projection {} is paused since {} by {}: {}", pause.lane, text(pause.since),
                                                      pause.paused_by, pause.reason)});
  }
}

}  // namespace

std::vector<Trouble> troubles_of(const SystemState& state) {
  std::vector<Trouble> troubles;
  if (!answers(state, "gateway")) troubles.push_back({Health::down, "no gateway answers: nothing is accepted"});
  if (!answers(state, "identity")) troubles.push_back({Health::degraded, "no identity answers: nobody can log in"});
  for (const auto role : kSharingRoles) look_at_owners(state, role, troubles);
  if (!state.read_model_failure.empty()) {
    troubles.push_back({Health::degraded, "the read model cannot be asked: " + state.read_model_failure});
  }
  look_at_lags(state.deciders, troubles);
  look_at_lags(state.lanes, troubles);
  look_at_pauses(state, troubles);
  std::ranges::stable_sort(troubles, std::ranges::greater{}, &Trouble::health);
  return troubles;
}

Health health_of(const std::vector<Trouble>& troubles) { return troubles.empty() ? Health::healthy : troubles.front().health; }

std::string_view text(Health health) {
  switch (health) {
    case Health::healthy: return "healthy";
    case Health::degraded: return "degraded";
    case Health::down: return "down";
  }
  return "down";
}

}  // namespace ordo::cli
