#pragma once
// Purpose: what others know of an owner's stream. Every message of an owner tells up to where it has decided its inputs, so the streams of
//          those who decide upon ORDERS are witnesses of how far ORDERS went. A stream that ends before that has lost messages that others
//          have acted upon: whoever goes on from there would decide a second time, and otherwise. What nobody has acted upon is decided
//          again without harm.
// Threads: plain functions.

#include <span>

#include "events/log/event_log.hpp"

namespace ordo::runtime {

// At the end of a witness's stream, so many messages are looked at for one that its owner wrote: a stranger's says nothing.
inline constexpr int kStrangersMax = 8;

// Whose owners decide upon the events of this stream. None for NOTIFICATIONS: only projections read it.
[[nodiscard]] std::span<const log::StreamKind> deciders_upon(log::StreamKind stream);

struct Testimony {
  log::StreamName witness;
  std::uint64_t sequence = 0;  // up to this message of the stream it has decided; 0: upon nothing
};

// Of all witnesses the one that went furthest. Errors: unavailable, timeout; corrupt for a witness whose end cannot be read.
[[nodiscard]] Result<Testimony> furthest_testimony(log::EventLog& log, log::StreamName stream);

}  // namespace ordo::runtime
