#pragma once
// Purpose: leases in memory, for tests and simulation. It keeps the contract of `LeaseStore` and fails when told to.
// Threads: as the port says.

#include <deque>
#include <map>
#include <mutex>

#include "events/log/lease_store.hpp"

namespace ordo::log {

// What goes wrong with a call.
enum class LeaseFault {
  lose_answer,  // done; the caller is told `timeout`
  lose_call,    // not done; the caller is told `timeout`
  refuse,       // not done, `unavailable`
};

class InMemoryLeaseStore final : public LeaseStore {
 public:
  explicit InMemoryLeaseStore(Clock& clock) : clock_(clock) {}

  [[nodiscard]] Result<std::vector<LeaseEntry>> written_after(const std::string& role, std::uint64_t revision) override;
  [[nodiscard]] Result<std::uint64_t> write(const std::string& role, const Lease& lease, std::uint64_t expected) override;
  [[nodiscard]] Result<std::uint64_t> write(const std::string& role, const Presence& presence,
                                            std::optional<std::uint64_t> expected) override;
  [[nodiscard]] Result<void> forget(const std::string& role, const std::string& name, std::uint64_t revision) override;

  // The next call meets the fault; several faults meet one call each.
  void inject(LeaseFault fault);

 private:
  using Key = std::pair<std::string, std::string>;  // role, and what is written

  [[nodiscard]] Result<std::uint64_t> put(Key key, LeaseEntry entry, std::optional<std::uint64_t> expected);
  [[nodiscard]] std::optional<LeaseFault> next_fault();

  Clock& clock_;
  std::mutex mutex_;
  std::map<Key, LeaseEntry> entries_;
  std::uint64_t last_revision_ = 0;
  std::deque<LeaseFault> faults_;
};

}  // namespace ordo::log
