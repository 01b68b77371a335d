#pragma once
// Purpose: snapshots on their way into the store, so that no owner waits for it: owners put them in, and `write_next` encodes and
//          stores one at a time. Where there is no thread, a simulation calls it by hand; `SnapshotThread` is that thread.
// Errors: a snapshot that cannot be stored is given up and logged; the next one may fare better.
// Threads: every function may be called from every thread.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>

#include "command-side/runtime/snapshot.hpp"
#include "events/log/snapshot_store.hpp"

namespace ordo::runtime {

// When a role ends, no further snapshot is begun after this.
inline constexpr std::chrono::seconds kSnapshotsAtEndMax{2};

class SnapshotQueue {
 public:
  explicit SnapshotQueue(log::SnapshotStore& store) : store_(store) {}

  // A snapshot of the same stream that still waits gives way.
  void put(Snapshot snapshot);
  // Stores the one that waits longest. False: none waits.
  bool write_next();
  // Until one waits. False: told to stop.
  bool wait(const std::stop_token& stop);

  [[nodiscard]] log::SnapshotStore& store() { return store_; }

 private:
  log::SnapshotStore& store_;
  std::mutex mutex_;
  std::condition_variable_any came_;
  std::deque<Snapshot> waiting_;
};

// Writes what is put in. Its end writes what still waits, within `kSnapshotsAtEndMax`.
class SnapshotThread {
 public:
  explicit SnapshotThread(SnapshotQueue& queue)
      : thread_([&queue](const std::stop_token& stop) { run(queue, stop); }) {}

 private:
  static void run(SnapshotQueue& queue, const std::stop_token& stop);

  std::jthread thread_;
};

}  // namespace ordo::runtime
