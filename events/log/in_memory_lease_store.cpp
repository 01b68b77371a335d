#include "events/log/in_memory_lease_store.hpp"

#include <algorithm>
#include <utility>

namespace ordo::log {
namespace {

tl::unexpected<Failure> told(LeaseFault fault) {
  if (fault == LeaseFault::refuse) return failure(FailureKind::unavailable, "the leases cannot be reached");
  return failure(FailureKind::timeout, "the leases do not answer");
}

}  // namespace

Result<std::vector<LeaseEntry>> InMemoryLeaseStore::written_after(const std::string& role, std::uint64_t revision) {
  const std::lock_guard lock(mutex_);
  if (const auto fault = next_fault()) return told(*fault);
  std::vector<LeaseEntry> written;
  for (const auto& [key, entry] : entries_) {
    if (key.first == role && entry.revision > revision) written.push_back(entry);
  }
  std::ranges::sort(written, {}, &LeaseEntry::revision);
  return written;
}

Result<std::uint64_t> InMemoryLeaseStore::write(const std::string& role, const Lease& lease, std::uint64_t expected) {
  return put({role, "lease " + std::to_string(lease.partition)}, {.content = lease}, expected);
}

Result<std::uint64_t> InMemoryLeaseStore::write(const std::string& role, const Presence& presence,
                                                std::optional<std::uint64_t> expected) {
  return put({role, "instance " + presence.name}, {.content = presence}, expected);
}

Result<std::uint64_t> InMemoryLeaseStore::put(Key key, LeaseEntry entry, std::optional<std::uint64_t> expected) {
  const std::lock_guard lock(mutex_);
  const auto fault = next_fault();
  if (fault && fault != LeaseFault::lose_answer) return told(*fault);
  const auto found = entries_.find(key);
  const auto revision = found == entries_.end() ? 0 : found->second.revision;
  if (expected && *expected != revision) return failure(FailureKind::conflict, "somebody else has written " + key.second);
  entry.revision = ++last_revision_;
  entry.written = clock_.now();
  entries_.insert_or_assign(std::move(key), std::move(entry));
  if (fault) return told(*fault);
  return last_revision_;
}

Result<void> InMemoryLeaseStore::forget(const std::string& role, const std::string& name, std::uint64_t revision) {
  const std::lock_guard lock(mutex_);
  const auto fault = next_fault();
  if (fault && fault != LeaseFault::lose_answer) return told(*fault);
  const auto found = entries_.find({role, "instance " + name});
  if (found != entries_.end() && found->second.revision <= revision) entries_.erase(found);
  if (fault) return told(*fault);
  return {};
}

void InMemoryLeaseStore::inject(LeaseFault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(fault);
}

std::optional<LeaseFault> InMemoryLeaseStore::next_fault() {
  if (faults_.empty()) return std::nullopt;
  const auto fault = faults_.front();
  faults_.pop_front();
  return fault;
}

}  // namespace ordo::log
