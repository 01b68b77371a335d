#pragma once
// Purpose: a backup's way back into an empty system, for the commands that do that.
// Errors:  a failure's text says what to do; nothing is written before all of the backup is read and found sound.
// Threads: one; they block.

#include <stop_token>
#include <string>

#include "cli/operator_record.hpp"
#include "cli/settings.hpp"
#include "events/log/archive/manifest.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::cli {

struct CheckedBackup {
  std::string folder;
  log::archive::Manifest manifest;
};

// Everything in it, read from end to end.
[[nodiscard]] Result<CheckedBackup> check_whole_backup(const std::string& folder, const std::stop_token& stop);

// The log with the users that the backup holds, or without.
enum class RestoredPart { all, log };

// Puts it into the system that the settings name: the streams, the users where they are wanted, and empty tables for the read model; that
// it does is recorded behind the acts that it brings back. One that was interrupted goes on.
// Errors: conflict: the system is not empty, or roles are running.
[[nodiscard]] Result<void> put_back(const Settings& settings, const CheckedBackup& backup, Act act, const std::stop_token& stop,
                                    RestoredPart part = RestoredPart::all);

// The users alone, beside a log that stands; wholly or not at all. Once more does nothing.
// Errors: conflict: other users are there, or roles are running, or the backup holds none; the log is not set up, so it cannot be recorded.
[[nodiscard]] Result<void> put_back_users(const Settings& settings, const CheckedBackup& backup, Act act);

// What is to be done next, for people.
[[nodiscard]] std::string next_steps(const Settings& settings, const log::archive::Manifest& manifest);

}  // namespace ordo::cli
