#include "events/log/in_memory_snapshot_store.hpp"

namespace ordo::log {

Result<void> InMemorySnapshotStore::save(StreamName stream, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  std::optional<SnapshotFault> fault;
  if (!faults_.empty()) {
    fault = faults_.front();
    faults_.pop_front();
  }
  if (fault == SnapshotFault::refuse) return failure(FailureKind::unavailable, "told to refuse");
  if (fault == SnapshotFault::lose) {
    snapshots_.erase(stream);
    return {};
  }
  if (fault == SnapshotFault::tear) bytes = bytes.substr(0, bytes.size() / 2);
  snapshots_[stream] = std::string(bytes);
  return {};
}

Result<std::optional<std::string>> InMemorySnapshotStore::load(StreamName stream) {
  const std::lock_guard lock(mutex_);
  if (loads_to_refuse_ > 0) {
    --loads_to_refuse_;
    return failure(FailureKind::unavailable, "told to refuse");
  }
  const auto found = snapshots_.find(stream);
  return found == snapshots_.end() ? std::nullopt : std::optional(found->second);
}

Result<void> InMemorySnapshotStore::remove(StreamName stream) {
  const std::lock_guard lock(mutex_);
  snapshots_.erase(stream);
  return {};
}

void InMemorySnapshotStore::inject(SnapshotFault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(fault);
}

void InMemorySnapshotStore::refuse_loads(int count) {
  const std::lock_guard lock(mutex_);
  loads_to_refuse_ = count;
}

}  // namespace ordo::log
