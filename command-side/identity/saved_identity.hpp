#pragma once
// Purpose: what identity alone knows, saved in a file and put back: the users with their addresses and password hashes, and the events that
//          still have to reach the log. The log cannot give it back, for it holds no personal data.
// Not saved: refresh tokens. One that was used or revoked since would be good again; after a restore people log in again.
// Errors:  corrupt: the file is damaged, or of a version that this program does not know; conflict: other users are there; otherwise as
//          query-side/postgres and events/log/archive/line_file.hpp.
// Requires: sodium_init was called.
// Threads: as the connection.

#include <functional>
#include <string>

#include "events/log/archive/line_file.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::identity {

inline constexpr const char* kSavedIdentityFile = "identity.ndjson.zst";

// In pages of this many rows.
inline constexpr int kSavedRowsAtOnce = 1000;

// Saves all as of one moment, and calls `at_rest` at it: while that runs, nobody is registered and nothing leaves the outbox. So where it
// notes the end of USERS, every user of an event before that end is saved, and every saved user has his event before it or in the outbox.
// Registrations wait meanwhile, and wait with it for a relay that is at work: milliseconds, as a rule.
[[nodiscard]] Result<log::archive::FileDigest> save_identity(const postgres::ConnectionOptions& options, const std::string& path,
                                                             const std::function<Result<void>()>& at_rest);

// Reads all of the file.
[[nodiscard]] Result<void> check_saved_identity(const std::string& path);

// Nobody is there, not even tables; or just those whom the file holds.
[[nodiscard]] Result<void> require_room_for_saved(postgres::Connection& connection, const std::string& path);

// Wholly or not at all; nothing where it was done before. The tables are made as they were when the file was saved, filled, and brought to
// this program's version.
[[nodiscard]] Result<void> restore_identity(postgres::Connection& connection, const std::string& path);

}  // namespace ordo::identity
