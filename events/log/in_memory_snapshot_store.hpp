#pragma once
// Purpose: the snapshot store for tests and simulation. It keeps the contract of `SnapshotStore` and fails when told to.
// Threads: as the port says.

#include <deque>
#include <map>
#include <mutex>

#include "events/log/snapshot_store.hpp"

namespace ordo::log {

// What goes wrong with a snapshot that is saved.
enum class SnapshotFault {
  refuse,  // it is not stored, and its saver is told so
  lose,    // none is stored any more, though its saver is told that it is
  tear,    // only its first half is stored
};

class InMemorySnapshotStore final : public SnapshotStore {
 public:
  [[nodiscard]] Result<void> save(StreamName stream, std::string_view bytes) override;
  [[nodiscard]] Result<std::optional<std::string>> load(StreamName stream) override;
  [[nodiscard]] Result<void> remove(StreamName stream) override;

  // The next snapshot that is saved meets the fault; several faults meet one each, in the order of these calls.
  void inject(SnapshotFault fault);
  // The next so many loads answer `unavailable`.
  void refuse_loads(int count);

 private:
  std::mutex mutex_;
  std::map<StreamName, std::string> snapshots_;
  std::deque<SnapshotFault> faults_;
  int loads_to_refuse_ = 0;
};

}  // namespace ordo::log
