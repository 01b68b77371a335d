#include "command-side/runtime/partition_owners.hpp"

#include <algorithm>

namespace ordo::runtime {

void PartitionOwners::serve(const Partitions& held) {
  const std::lock_guard lock(mutex_);
  const auto must_end = [&](const auto& entry) { return !held.contains(entry.first) || entry.second->fenced(); };
  for (const auto& entry : owners_) {
    if (must_end(entry)) entry.second->request_stop();
  }
  std::erase_if(owners_, must_end);
  for (const auto partition : held) {
    auto& owner = owners_[partition];
    if (!owner) owner = std::make_unique<OwnerThread>(make_owner_(partition), failed_);
  }
}

bool PartitionOwners::running() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(owners_, [](const auto& entry) { return entry.second->running(); });
}

std::map<log::Partition, Consumed> PartitionOwners::consumed() const {
  const std::lock_guard lock(mutex_);
  std::map<log::Partition, Consumed> consumed;
  for (const auto& [partition, owner] : owners_) consumed[partition] = owner->consumed();
  return consumed;
}

}  // namespace ordo::runtime
