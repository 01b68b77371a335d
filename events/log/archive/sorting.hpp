#pragma once
// Purpose: a file of messages of any streams in any order, sorted into a backup: a file for each stream.
// Errors:  as log_file.hpp and backup_folder.hpp.
// Requires: sodium_init was called.
// Threads: one; it blocks.

#include <stop_token>
#include <string>

#include "events/log/archive/backup_folder.hpp"

namespace ordo::log::archive {

// The same file always gives the same manifest. The backup holds no users, and is sealed, not published.
[[nodiscard]] Result<Manifest> sort_into(NewBackup& backup, const std::string& path, const std::stop_token& stop);

}  // namespace ordo::log::archive
