#pragma once
// Purpose: text files of lines, compressed with zstd or plain, written and read from front to back in bounded memory. The only user of
//          <zstd.h>.
// Errors:  unavailable: the file cannot be opened, written or read; corrupt: what is read is damaged, cut off, or has a line beyond
//          kLineBytesMax. The text names the file.
// Requires: sodium_init was called.
// Threads: plain objects, one thread at a time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "events/vocabulary/result.hpp"

namespace ordo::log::archive {

// A message of a megabyte in base64, with what people are shown of its first event.
inline constexpr std::size_t kLineBytesMax = 8 << 20;

// "-" is standard output or input.
inline constexpr std::string_view kStandardStream = "-";

enum class Compression { none, zstd };
// What a file's name asks for: ".zst" at its end.
[[nodiscard]] Compression compression_of(std::string_view path);

// Of a file's bytes as they lie on the disk.
struct FileDigest {
  std::uint64_t bytes = 0;
  std::string checksum;  // BLAKE2b, 32 bytes, as hexadecimal digits

  friend bool operator==(const FileDigest&, const FileDigest&) = default;
};
[[nodiscard]] Result<FileDigest> digest_of(const std::string& path);

class LineWriter {
 public:
  // Makes the file, for its owner's eyes only. Errors: conflict: it is there already.
  [[nodiscard]] static Result<LineWriter> create(const std::string& path, Compression compression);
  LineWriter(LineWriter&&) noexcept;
  LineWriter& operator=(LineWriter&&) noexcept;
  ~LineWriter();

  // Requires: no line's end within the line.
  [[nodiscard]] Result<void> write(std::string_view line);

  // The file is on the disk when this returns. At most once; nothing may follow.
  [[nodiscard]] Result<FileDigest> finish();

 private:
  struct Parts;
  explicit LineWriter(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

class LineReader {
 public:
  // Finds out by itself whether the file is compressed.
  [[nodiscard]] static Result<LineReader> open(const std::string& path);
  LineReader(LineReader&&) noexcept;
  LineReader& operator=(LineReader&&) noexcept;
  ~LineReader();

  // Without its end; valid until the next call. Nothing: the file is read to its end.
  [[nodiscard]] Result<std::optional<std::string_view>> next();

  [[nodiscard]] std::uint64_t line_number() const;  // of the line that `next` gave, from 1
  [[nodiscard]] const std::string& path() const;

 private:
  struct Parts;
  explicit LineReader(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace ordo::log::archive
