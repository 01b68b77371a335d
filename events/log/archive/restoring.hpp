#pragma once
// Purpose: the streams of a backup, stored again in a log where each begins as it did, every message at its sequence.
// Errors:  conflict: something else stands there, or somebody else appends; corrupt: the backup is damaged; unavailable, timeout: the log
//          took nothing as long as `patience` lasts; do it again, it goes on where it stopped.
// Requires: sodium_init was called; nobody else appends.
// Threads: `restore_streams` has threads of its own, and returns when they are done; `count` may come from all of them.

#include <chrono>
#include <stop_token>
#include <string>

#include "events/log/archive/backup_folder.hpp"

namespace ordo::log::archive {

struct RestoreSettings {
  EventLog& log;
  std::string folder;
  const Manifest& manifest;
  std::stop_token stop;
  CountMessages count = {};  // those that were there already, too
  // After a failed append the stream's tail is read, and it goes on behind it; so long without one message more.
  std::chrono::milliseconds patience{30'000};
};

// What operators did, in AUDIT. Before all others, so that what is done from then on is recorded behind it.
[[nodiscard]] Result<void> restore_records(const RestoreSettings& settings);

// All others. What is there of a stream already must be how it begins in the backup; `compare_streams` finds out whether it is.
[[nodiscard]] Result<void> restore_streams(const RestoreSettings& settings);

// Reads all of it back: the log holds what the backup holds, and nothing else, but in AUDIT what was recorded since.
[[nodiscard]] Result<void> compare_streams(const RestoreSettings& settings);

}  // namespace ordo::log::archive
