#include "tests/simulation/snapshots.hpp"

#include "command-side/runtime/snapshot.hpp"

namespace ordo::simulation {
namespace {

std::optional<runtime::Snapshot> stored_in(log::InMemorySnapshotStore& store, log::StreamName stream) {
  const auto bytes = *store.load(stream);
  if (!bytes) return std::nullopt;
  auto snapshot = runtime::decode_snapshot(*bytes);
  if (!snapshot) return std::nullopt;
  return std::move(*snapshot);
}

}  // namespace

Result<void> SnapshotLink::save(log::StreamName stream, std::string_view bytes) {
  auto& random = cluster_.random();
  if (dying) {
    cluster_.count(Occurrence::killed_before_snapshot);
    if (random.one_in(2)) return failure(FailureKind::timeout, "its process is dead");
    store_.inject(log::SnapshotFault::tear);
    return store_.save(stream, bytes);
  }
  if (!is_reachable()) return failure(FailureKind::unavailable, "the snapshots cannot be reached");
  if (!cluster_.faulty || !random.one_in(2)) return store_.save(stream, bytes);
  switch (random.below(5)) {
    case 0: cluster_.count(Occurrence::snapshot_refused); store_.inject(log::SnapshotFault::refuse); break;
    case 1: cluster_.count(Occurrence::snapshot_lost); store_.inject(log::SnapshotFault::lose); break;
    case 2: cluster_.count(Occurrence::snapshot_torn); store_.inject(log::SnapshotFault::tear); break;
    case 3: {
      cluster_.count(Occurrence::snapshot_damaged);
      std::string damaged(bytes);
      auto& byte = damaged[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(damaged.size())))];
      byte = static_cast<char>(byte ^ (1 << random.below(8)));
      return store_.save(stream, damaged);
    }
    default: arrive_late(stream, std::string(bytes)); return failure(FailureKind::timeout, "the snapshots do not answer");
  }
  return store_.save(stream, bytes);
}

// Whoever sent it may have sent a newer one since, or another owner.
void SnapshotLink::arrive_late(log::StreamName stream, std::string bytes) {
  auto& random = cluster_.random();
  const auto delay_ms = random.one_in(2) ? random.between(100, 5'000) : random.between(5'000, 60'000);
  cluster_.timeline().after(delay_ms, [stream, bytes = std::move(bytes), &cluster = cluster_, &store = store_] {
    const auto stored = stored_in(store, stream);
    if (stored && stored->end.sequence > runtime::decode_snapshot(bytes)->end.sequence) {
      cluster.count(Occurrence::snapshot_replaced_by_older);
    }
    std::ignore = store.save(stream, bytes);
  });
}

Result<std::optional<std::string>> SnapshotLink::load(log::StreamName stream) {
  if (!is_reachable() || (cluster_.faulty && cluster_.random().one_in(6))) {
    cluster_.count(Occurrence::snapshot_unreadable);
    return failure(FailureKind::unavailable, "the snapshots do not answer");
  }
  return store_.load(stream);
}

void leave_snapshot_of_another_log(Cluster& cluster, log::InMemorySnapshotStore& store, log::StreamName stream) {
  auto snapshot = stored_in(store, stream);
  if (!snapshot) return;
  auto& random = cluster.random();
  const auto last = static_cast<std::int64_t>(cluster.bounds(stream).last_sequence);
  snapshot->end.sequence = static_cast<std::uint64_t>(random.between(1, last + 2));
  snapshot->end.run = random.id<EventId>();
  std::ignore = store.save(stream, runtime::encode_snapshot(*snapshot));
  cluster.count(Occurrence::snapshot_of_another_log);
}

}  // namespace ordo::simulation
