#pragma once
// Purpose: snapshots in the JetStream stream SNAPSHOTS, which `set_up` makes. A snapshot is cut into parts of at most 512 KB, and the
//          manifest, which names them, comes last: a torn one is never taken for whole. Then what it replaces is purged, so that the
//          stream holds one snapshot per owner, and two while one is being written.
// Subjects: "snapshots.ORDERS-2.parts" and "snapshots.ORDERS-2.manifest": two per owner, however large the snapshots grow.
// Errors: as the port says. Without the stream, nothing is found and nothing can be saved.
// Threads: as the port says.

#include <chrono>
#include <memory>

#include "events/log/jetstream/connection.hpp"
#include "events/log/snapshot_store.hpp"

namespace ordo::log::jetstream {

class JetStreamSnapshotStore final : public SnapshotStore {
 public:
  // `timeout`: of each of the requests that a function makes.
  explicit JetStreamSnapshotStore(std::shared_ptr<Connection> connection,
                                  std::chrono::milliseconds timeout = std::chrono::seconds(2))
      : connection_(std::move(connection)), timeout_(timeout) {}

  [[nodiscard]] Result<void> save(StreamName stream, std::string_view bytes) override;
  [[nodiscard]] Result<std::optional<std::string>> load(StreamName stream) override;
  [[nodiscard]] Result<void> remove(StreamName stream) override;

 private:
  // Answers the sequence.
  [[nodiscard]] Result<std::uint64_t> append(const std::string& subject, std::string_view payload);
  [[nodiscard]] Result<void> purge_before(const std::string& subject, std::uint64_t sequence);
  [[nodiscard]] Result<void> purge(const std::string& subject);
  [[nodiscard]] Result<void> request_purge(const std::string& request);
  // Nothing when there is no such message.
  [[nodiscard]] Result<std::optional<std::string>> part(const std::string& subject, std::uint64_t sequence);

  const std::shared_ptr<Connection> connection_;
  const std::chrono::milliseconds timeout_;
};

}  // namespace ordo::log::jetstream
