#pragma once
// Purpose: a log that is made again from a copy, every message at the sequence that it had. As long as that is under way, `set_up` and
//          `check_partitions` refuse, so that no role can start upon half a log.
// Threads: none of its own; every function blocks.

#include <map>
#include <optional>
#include <string>

#include "events/log/jetstream/connection.hpp"
#include "events/log/stream.hpp"

namespace ordo::log::jetstream {

struct Restoration {
  std::string copy;  // names what is restored, so that an interrupted one goes on with nothing else
  Partition partitions = kPartitionsDefault;
  int replicas = 1;
  std::map<StreamName, std::uint64_t> first_sequences;  // where streams begin; 1 where nothing is said
};

// Nothing is there that a restoration would mix with: no message in any stream, no other number of partitions; or this one was begun
// already. Errors: conflict, and the text says what is there and what to do; unavailable, timeout, corrupt.
[[nodiscard]] Result<void> require_room(Connection& connection, const Restoration& wanted);

// Makes what `set_up` makes, but for the partition count, with every stream at its first sequence; may be repeated.
// Errors: as `require_room` and `set_up`.
[[nodiscard]] Result<void> begin_restoration(Connection& connection, const Restoration& wanted);

// From here on the system is one like any other. May be repeated.
[[nodiscard]] Result<void> end_restoration(Connection& connection, const Restoration& done);

// Errors: conflict: one was begun and is not at its end; the text says what to do. unavailable, timeout.
[[nodiscard]] Result<void> require_no_restoration(Connection& connection);

}  // namespace ordo::log::jetstream
