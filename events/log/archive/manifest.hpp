#pragma once
// Purpose: what a backup consists of: one line of JSON in the file "manifest.json", with what every stream adds up to and a checksum of every
//          file beside it, and of itself.
// Errors:  corrupt, for a manifest that is damaged or of a version that this program does not know.
// Requires: sodium_init was called.
// Threads: plain values.

#include <map>
#include <string>
#include <string_view>

#include "events/log/archive/line_file.hpp"
#include "events/log/archive/log_line.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::log::archive {

inline constexpr const char* kManifestFile = "manifest.json";
inline constexpr std::uint64_t kBackupVersion = 1;

struct Manifest {
  Timestamp made;
  std::string made_by;                      // "ordo 0.1.0"
  Partition partitions = 0;
  Sections streams;                         // each in the file that `file_of` names
  std::map<std::string, FileDigest> files;  // all that lie beside the manifest, by name

  friend bool operator==(const Manifest&, const Manifest&) = default;
};

// "ORDERS-2.ndjson.zst"
[[nodiscard]] std::string file_of(const StreamName& stream);

[[nodiscard]] std::string encode_manifest(const Manifest& manifest);
[[nodiscard]] Result<Manifest> decode_manifest(std::string_view text);

// Names the backup: the manifest's own checksum.
[[nodiscard]] std::string name_of(const Manifest& manifest);

}  // namespace ordo::log::archive
