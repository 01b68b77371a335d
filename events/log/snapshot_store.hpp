#pragma once
// Purpose: the port to where owners leave snapshots of their states: at most one per output stream, a row of bytes that means nothing
//          to the store. A cache, no part of the truth: whoever finds none, or one that is damaged, folds the log from its beginning.
//          Implementations: `InMemorySnapshotStore` (tests, simulation) and `jetstream::JetStreamSnapshotStore`; one contract suite
//          holds for both.
// Errors: unavailable, timeout. A `save` that failed may have left the snapshot before it, the new one, or none.
// Threads: every function may be called from every thread, and blocks until it is done.

#include <optional>
#include <string>
#include <string_view>

#include "events/log/stream.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::log {

class SnapshotStore {
 public:
  virtual ~SnapshotStore() = default;

  // Takes the place of the snapshot before it.
  [[nodiscard]] virtual Result<void> save(StreamName stream, std::string_view bytes) = 0;

  // What was saved last; nothing when there is none, or none that is whole.
  [[nodiscard]] virtual Result<std::optional<std::string>> load(StreamName stream) = 0;

  // Also when there is none.
  [[nodiscard]] virtual Result<void> remove(StreamName stream) = 0;
};

}  // namespace ordo::log
