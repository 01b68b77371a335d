#pragma once
// Purpose: an owner's state, as folded from its output stream up to one message, and its stored form. It is used only where that very
//          message stands in the log; everything else that is wrong with it only makes a start slower.
// Format:  "ORDOSNAP", format version, stream, state version, sequence, run, checkpoints, time, state, what is parked; then BLAKE2b of all before it.
// Errors:  `decode_snapshot` answers corrupt, and why, for what is damaged or of another format version.
// Threads: plain values.

#include <cstdint>
#include <string>
#include <string_view>

#include "command-side/runtime/journal.hpp"
#include "events/log/stream.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::runtime {

struct Snapshot {
  log::StreamName stream;
  std::uint32_t state_version = 0;  // of the context: what the bytes of its state mean
  StreamEnd end;                    // what is folded in
  Timestamp taken;
  std::string state;
  std::string parked = {};  // the inputs that could not be decided

  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

[[nodiscard]] std::string encode_snapshot(const Snapshot& snapshot);
[[nodiscard]] Result<Snapshot> decode_snapshot(std::string_view bytes);

}  // namespace ordo::runtime
