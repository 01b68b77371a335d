#pragma once
// Purpose: what all messages of a stream add up to, one after the other: message n's link holds message n and link n-1, so that a message
//          which is changed, missing, doubled or moved shows at its own line and in every line behind it. The last link stands for all.
// Decision: BLAKE2b, 16 bytes, without a key: it guards against accidents, and against nobody who can write the whole file anew.
// Requires: sodium_init was called.
// Threads: plain values.

#include <array>
#include <string>

#include "events/log/event_log.hpp"

namespace ordo::log::archive {

class Chain {
 public:
  void add(const StoredMessage& message);

  // 32 hexadecimal digits; all zeros: nothing yet.
  [[nodiscard]] std::string text() const;

 private:
  std::array<unsigned char, 16> link_{};
};

}  // namespace ordo::log::archive
