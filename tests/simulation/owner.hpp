#pragma once
// Purpose: the processes of a story that decide: what each of them is made of.
// Threads: one.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "command-side/runtime/partition_owner.hpp"
#include "tests/simulation/cluster.hpp"
#include "tests/simulation/letters.hpp"
#include "tests/simulation/snapshots.hpp"

namespace ordo::simulation {

inline constexpr log::Partition kPartition = 0;
inline constexpr std::size_t kInstancesOfARole = 2;  // where there are leases

enum class Role { orders, billing, notifications };
inline constexpr Role kRoles[] = {Role::orders, Role::billing, Role::notifications};

[[nodiscard]] std::string_view text(Role role);
[[nodiscard]] log::StreamName output_of(Role role);

// One process that owns the partition of a context, or believes so.
struct Owner {
  Role role;
  std::unique_ptr<Client> client;
  std::unique_ptr<SnapshotLink> snapshot_link;
  std::unique_ptr<runtime::SnapshotQueue> snapshots;  // written by a thread of the process, whenever that gets its turn
  std::unique_ptr<SkewedClock> clock;
  std::unique_ptr<SimulatedDesk> desk;
  std::unique_ptr<runtime::PartitionOwner> owner;
  std::int64_t asleep_until_ms = 0;
  bool step_is_due = false;
  std::optional<std::uint64_t> instance;   // whose lease it is, where there are leases
  std::optional<std::int64_t> ends_by_ms;  // told to end in order: whatever is under way then
  bool is_winding_up = false;
};

// An owner's process, whatever owner it runs by now.
struct Process {
  Role role;
  std::uint64_t owner;
  std::optional<std::uint64_t> instance;
};

}  // namespace ordo::simulation
