#pragma once
// Purpose: one stream of a backup, stored again; for restoring.cpp.
// Errors:  as restoring.hpp says.
// Threads: the caller's; it blocks.

#include "events/log/archive/restoring.hpp"

namespace ordo::log::archive {

// AUDIT: what it holds beyond the backup was recorded since.
[[nodiscard]] inline bool is_record(StreamName stream) { return stream.kind == StreamKind::audit; }

[[nodiscard]] tl::unexpected<Failure> not_as_in_backup(StreamName stream, const std::string& how);

// From where the stream ends to where the backup's ends. `stop`: ends it within the time of an append.
[[nodiscard]] Result<void> restore_stream(const RestoreSettings& settings, StreamName stream, const Section& section,
                                          const std::stop_token& stop);

}  // namespace ordo::log::archive
