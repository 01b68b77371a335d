#pragma once
// Purpose: one owner's side of its snapshots: begins from the stored one where it is sound and fits the log, and says when the next one is
//          worth its cost. Without a queue there are none, and an owner folds its log from the beginning each time.
// Limits: a snapshot is due after 20,000 events, or after so many more that at most 200 bytes are written for each.
// Errors: a snapshot that is missing or of no use is never an error: a warning says why, and the log is folded instead.
// Threads: the owner's.

#include <cstdint>
#include <optional>

#include "command-side/runtime/context.hpp"
#include "command-side/runtime/journal.hpp"
#include "command-side/runtime/parking.hpp"
#include "command-side/runtime/snapshot_queue.hpp"

namespace ordo::runtime {

struct Snapshots {
  SnapshotQueue* queue = nullptr;
  std::uint64_t events_between_min = 20'000;
};

inline constexpr std::uint64_t kSnapshotBytesPerEventMax = 200;
// A store that does not answer is asked so many times before the log is folded from its beginning.
inline constexpr int kSnapshotAskedMax = 5;

class SnapshotKeeping {
 public:
  explicit SnapshotKeeping(Snapshots snapshots) : snapshots_(snapshots) {}

  // Puts context and journal at where the stored snapshot ends, if there is one to begin from; `log_end`: the stream's last
  // sequence. Errors: unavailable, timeout: ask again; the last time it is not an error any more.
  [[nodiscard]] Result<void> begin(log::EventLog& log, log::StreamName stream, std::uint64_t log_end, Context& context,
                                   Parking& parking, Journal& journal);

  // Enough has happened since the last one.
  [[nodiscard]] bool is_due(const Journal& journal) const;
  // Anything has happened since the last one.
  [[nodiscard]] bool is_news(const Journal& journal) const;

  // Hands the state over. Requires: the journal is idle, so that the state is what the log holds up to its end.
  void take(const Context& context, const Parking& parking, const Journal& journal, log::StreamName stream, Timestamp now);

 private:
  [[nodiscard]] Result<std::optional<Snapshot>> find(log::EventLog& log, log::StreamName stream, std::uint64_t log_end);
  [[nodiscard]] Result<void> adopt(Snapshot snapshot, Context& context, Parking& parking, Journal& journal);

  Snapshots snapshots_;
  int asked_ = 0;
  std::uint64_t events_then_ = 0;  // of the journal, when the last one was taken
  std::size_t bytes_then_ = 0;
};

}  // namespace ordo::runtime
