#include "command-side/runtime/snapshot_queue.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <spdlog/spdlog.h>

namespace ordo::runtime {

void SnapshotQueue::put(Snapshot snapshot) {
  const std::lock_guard lock(mutex_);
  const auto older = std::ranges::find(waiting_, snapshot.stream, &Snapshot::stream);
  if (older != waiting_.end()) {
    *older = std::move(snapshot);
  } else {
    waiting_.push_back(std::move(snapshot));
  }
  came_.notify_one();
}

bool SnapshotQueue::write_next() {
  std::optional<Snapshot> next;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return false;
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  const auto bytes = encode_snapshot(*next);
  const auto name = log::text(next->stream);
  if (const auto saved = store_.save(next->stream, bytes)) {
    spdlog::info("{}: snapshot at {}, {} bytes", name, next->end.sequence, bytes.size());
  } else {
    spdlog::warn("{}: no snapshot at {}: {}", name, next->end.sequence, saved.error().text);
  }
  return true;
}

bool SnapshotQueue::wait(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return came_.wait(lock, stop, [this] { return !waiting_.empty(); }) && !stop.stop_requested();
}

void SnapshotThread::run(SnapshotQueue& queue, const std::stop_token& stop) {
  while (queue.wait(stop)) queue.write_next();
  const auto deadline = std::chrono::steady_clock::now() + kSnapshotsAtEndMax;
  while (std::chrono::steady_clock::now() < deadline && queue.write_next()) {
  }
}

}  // namespace ordo::runtime
