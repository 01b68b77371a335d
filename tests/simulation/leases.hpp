#pragma once
// Purpose: one process of a role in a story where leases say who owns the partition: the shipped keeper of leases, over a line to the
//          store that fails as every line does.
// Threads: one.

#include <memory>
#include <optional>
#include <string>

#include "command-side/runtime/lease_keeper.hpp"
#include "events/log/in_memory_lease_store.hpp"
#include "tests/simulation/cluster.hpp"

namespace ordo::simulation {

class LeaseLink final : public log::LeaseStore {
 public:
  LeaseLink(Cluster& cluster, log::InMemoryLeaseStore& store) : cluster_(cluster), store_(store) {}

  [[nodiscard]] Result<std::vector<log::LeaseEntry>> written_after(const std::string& role, std::uint64_t revision) override;
  [[nodiscard]] Result<std::uint64_t> write(const std::string& role, const log::Lease& lease, std::uint64_t expected) override;
  [[nodiscard]] Result<std::uint64_t> write(const std::string& role, const log::Presence& presence,
                                            std::optional<std::uint64_t> expected) override;
  [[nodiscard]] Result<void> forget(const std::string& role, const std::string& name, std::uint64_t revision) override;

  bool cut_off = false;

 private:
  // Makes the next call fail now and then.
  void disturb();

  Cluster& cluster_;
  log::InMemoryLeaseStore& store_;
};

struct Instance {
  std::string name;
  std::unique_ptr<LeaseLink> link;
  std::unique_ptr<runtime::LeaseKeeper> keeper;
  std::optional<std::uint64_t> owner;  // the one that it runs while it holds the partition
  std::int64_t asleep_until_ms = 0;
  std::uint64_t turns = 0;  // planned: only the one planned last is taken
};

}  // namespace ordo::simulation
