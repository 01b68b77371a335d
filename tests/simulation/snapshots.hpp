#pragma once
// Purpose: one owner's line to where snapshots are kept: the store in memory, which loses, tears and refuses, behind a network that
//          is late, and a disk that turns a bit.
// Threads: one.

#include <cstdint>

#include "events/log/in_memory_snapshot_store.hpp"
#include "tests/simulation/cluster.hpp"

namespace ordo::simulation {

class SnapshotLink final : public log::SnapshotStore {
 public:
  SnapshotLink(Cluster& cluster, const Client& client, log::InMemorySnapshotStore& store)
      : cluster_(cluster), client_(client), store_(store) {}

  [[nodiscard]] Result<void> save(log::StreamName stream, std::string_view bytes) override;
  [[nodiscard]] Result<std::optional<std::string>> load(log::StreamName stream) override;
  [[nodiscard]] Result<void> remove(log::StreamName stream) override { return store_.remove(stream); }

  // The process dies: what it still writes comes to half, or to nothing.
  bool dying = false;

 private:
  void arrive_late(log::StreamName stream, std::string bytes);
  [[nodiscard]] bool is_reachable() const { return !client_.cut_off && !cluster_.down; }

  Cluster& cluster_;
  const Client& client_;
  log::InMemorySnapshotStore& store_;
};

// Puts what an owner of another log, with about as many messages, would have left there.
void leave_snapshot_of_another_log(Cluster& cluster, log::InMemorySnapshotStore& store, log::StreamName stream);

}  // namespace ordo::simulation
