#pragma once
// Purpose: makes what Ordo needs in JetStream, once, and checks at every start that it is what the process was told.
// Threads: none of its own; every function blocks.

#include <cstdint>
#include <optional>
#include <string>

#include "events/log/jetstream/connection.hpp"
#include "events/log/stream.hpp"

namespace ordo::log::jetstream {

// Makes the buckets "ordo" and "ordo-leases", every stream of every partition, those for snapshots and for what operators do, and
// writes the partition count, last and only once. May be repeated and may run twice at a time. What is there already is never changed.
// Errors: conflict: a stream has other settings, or the partition count is another; the text names all differences.
//         unavailable, timeout: run it again.
[[nodiscard]] Result<void> set_up(Connection& connection, Partition partitions, int replicas);

// Makes only the stream in which operators' acts are recorded: a set-up is one. Errors: as `set_up`.
[[nodiscard]] Result<void> set_up_audit(Connection& connection, int replicas);

// Nothing while the system was never set up. Errors: unavailable, timeout, corrupt.
[[nodiscard]] Result<std::optional<Partition>> partitions_of(Connection& connection);

// Errors: conflict: it was set up with another count, or never; the text says what to do. unavailable, timeout, corrupt.
[[nodiscard]] Result<void> check_partitions(Connection& connection, Partition expected);

// One line that says which durability holds, for the start of a process. `sync_interval` is what the configuration says of the
// server ("always", "2m"), which does not tell it to clients; empty: not known.
// Errors: unavailable, timeout.
[[nodiscard]] Result<std::string> durability(Connection& connection, const std::string& sync_interval);

}  // namespace ordo::log::jetstream
