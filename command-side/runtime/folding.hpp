#pragma once
// Purpose: state = fold(evolve, own output stream): reads an owner's output stream up to where it ended when the folding began, or as far as
//          others have decided upon it if that is more, from its beginning or from behind a snapshot.
// Errors: unavailable and timeout: step again later; corrupt: the stream is damaged, or has lost messages.
// Threads: the owner's.

#include <cstdint>
#include <optional>

#include "command-side/runtime/context.hpp"
#include "command-side/runtime/inlet.hpp"
#include "command-side/runtime/journal.hpp"
#include "command-side/runtime/parking.hpp"
#include "command-side/runtime/snapshot_keeping.hpp"
#include "command-side/runtime/witnesses.hpp"

namespace ordo::runtime {

// A log that ends before what it has acknowledged is asked so many times again, as it may be a cluster that finds itself.
inline constexpr int kLossesMax = 10;

class Folding {
 public:
  Folding(log::EventLog& log, log::StreamName stream, Mailbox& mailbox, SnapshotKeeping& snapshots)
      : log_(log), stream_(stream), mailbox_(mailbox), snapshots_(snapshots) {}

  // Folds up to `events_max` events; answers whether that was all.
  [[nodiscard]] Result<bool> step(Context& context, Parking& parking, Journal& journal, int events_max);

  [[nodiscard]] bool has_events_at_hand() const { return !inlet_ || inlet_->is_in_message(); }

 private:
  [[nodiscard]] Result<bool> begin(Context& context, Parking& parking, Journal& journal);
  [[nodiscard]] Result<bool> look_whether_the_end_is_lost();

  log::EventLog& log_;
  log::StreamName stream_;
  Mailbox& mailbox_;
  SnapshotKeeping& snapshots_;
  std::optional<Inlet> inlet_;
  std::uint64_t until_ = 0;
  Testimony testimony_;
  int losses_in_row_ = 0;
};

}  // namespace ordo::runtime
