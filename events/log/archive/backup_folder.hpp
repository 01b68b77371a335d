#pragma once
// Purpose: the folder that a backup lies in, for its owner's eyes only: written under another name until it is whole, and checked as a whole
//          before anybody relies on it.
// Errors:  conflict: something stands in the way, and the text says what to do; unavailable: the disk; corrupt: the backup is damaged, and
//          the text names the file.
// Requires: sodium_init was called.
// Threads: plain objects, one thread at a time.

#include <memory>
#include <stop_token>
#include <string>

#include "events/log/archive/cut.hpp"
#include "events/log/archive/log_file.hpp"
#include "events/log/archive/manifest.hpp"

namespace ordo::log::archive {

// A backup in the making. What is not published goes with the object; what a killed process left behind, with the next backup there.
class NewBackup {
 public:
  // `path`: where it is to lie; nothing may be there.
  [[nodiscard]] static Result<NewBackup> begin(const std::string& path);
  NewBackup(NewBackup&&) noexcept;
  NewBackup& operator=(NewBackup&&) = delete;
  ~NewBackup();

  // Where a file of this name is to be written.
  [[nodiscard]] std::string path_of(const std::string& name) const;

  // Everything is on the disk, at its place, when this returns.
  [[nodiscard]] Result<void> publish(const Manifest& manifest);

  // For a backup that is to be used once and then forgotten: writes the manifest and leaves all as it is.
  [[nodiscard]] Result<void> seal(const Manifest& manifest);
  [[nodiscard]] const std::string& unpublished_path() const;

 private:
  struct Parts;
  explicit NewBackup(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Every stream up to the cut, each into a file of its own.
// Errors: as `LogFileWriter::write`.
[[nodiscard]] Result<void> write_streams(EventLog& log, const Cut& cut, const NewBackup& backup, Manifest& manifest,
                                         const std::stop_token& stop, const CountMessages& count);

// Reads only the manifest.
[[nodiscard]] Result<Manifest> read_manifest(const std::string& folder);

// Reads everything, once for the files' checksums and once for what they hold.
[[nodiscard]] Result<void> check_backup(const std::string& folder, const Manifest& manifest, const std::stop_token& stop,
                                        const CountMessages& count);

}  // namespace ordo::log::archive
