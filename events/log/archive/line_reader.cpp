#include <vector>

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include <fmt/format.h>

#include "events/log/archive/file_descriptor.hpp"
#include "events/log/archive/hashing.hpp"
#include "events/log/archive/line_file.hpp"

namespace ordo::log::archive {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;
constexpr std::string_view kMagic = "\x28\xB5\x2F\xFD";  // what everything that zstd made begins with

struct FreeDecompressor {
  void operator()(ZSTD_DCtx* owned) const { ZSTD_freeDCtx(owned); }
};

Result<FileDescriptor> open_to_read(const std::string& path) {
  if (path == kStandardStream) return FileDescriptor(STDIN_FILENO, false);
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC), true);
  if (file.number() < 0) return failed_at("cannot open", path);
  return file;
}

}  // namespace

struct LineReader::Parts {
  std::string path;
  FileDescriptor file;
  std::unique_ptr<ZSTD_DCtx, FreeDecompressor> decompressor;  // none: plain text
  std::vector<char> raw = std::vector<char>(kBufferBytes);    // of the file: what was read and not taken yet
  std::size_t raw_at = 0;
  std::size_t raw_size = 0;
  bool frame_is_whole = true;
  bool holds_more = false;  // the decompressor, for want of room
  std::string text;  // the lines in it that were not given yet begin at `text_at`
  std::size_t text_at = 0;
  std::size_t searched = 0;  // up to here there is no line's end
  std::uint64_t line_number = 0;

  [[nodiscard]] tl::unexpected<Failure> damaged(std::string_view how) const {
    return failure(FailureKind::corrupt, fmt::format("{} is damaged behind line {}: {}", path, line_number, how));
  }

  // False: the file has ended.
  Result<bool> read_more() {
    if (raw_at < raw_size) return true;
    const auto got = file.read(raw.data(), raw.size(), path);
    if (!got) return tl::unexpected(got.error());
    raw_at = 0;
    raw_size = *got;
    return raw_size > 0;
  }

  // Adds to `text`. False: the file has ended.
  Result<bool> fill() {
    text.erase(0, text_at);
    searched -= text_at;
    text_at = 0;
    if (holds_more) return decompress();
    const auto more = read_more();
    if (!more || !*more) return more;
    if (decompressor) return decompress();
    text.append(raw.data() + raw_at, raw_size - raw_at);
    raw_at = raw_size;
    return true;
  }

  Result<bool> decompress() {
    const auto size = text.size();
    text.resize(size + kBufferBytes);
    ZSTD_inBuffer in{raw.data(), raw_size, raw_at};
    ZSTD_outBuffer out{text.data(), text.size(), size};
    const auto wanted = ZSTD_decompressStream(decompressor.get(), &out, &in);
    text.resize(ZSTD_isError(wanted) != 0 ? size : out.pos);
    raw_at = in.pos;
    if (ZSTD_isError(wanted) != 0) return damaged(ZSTD_getErrorName(wanted));
    frame_is_whole = wanted == 0;
    holds_more = !frame_is_whole && out.pos == out.size;
    return true;
  }

  Result<std::optional<std::string_view>> next() {
    for (;;) {
      const auto end = text.find('\n', searched);
      if (end != std::string::npos) {
        const auto line = std::string_view(text).substr(text_at, end - text_at);
        text_at = searched = end + 1;
        ++line_number;
        return line;
      }
      searched = text.size();
      if (searched - text_at > kLineBytesMax) return damaged("a line without an end");
      const auto more = fill();
      if (!more) return tl::unexpected(more.error());
      if (*more) continue;
      if (!text.empty() || !frame_is_whole) return damaged("it is cut off there");
      return std::nullopt;
    }
  }
};

LineReader::LineReader(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
LineReader::LineReader(LineReader&&) noexcept = default;
LineReader& LineReader::operator=(LineReader&&) noexcept = default;
LineReader::~LineReader() = default;

Result<LineReader> LineReader::open(const std::string& path) {
  auto file = open_to_read(path);
  if (!file) return tl::unexpected(file.error());
  auto parts = std::make_unique<Parts>();
  parts->path = path == kStandardStream ? "standard input" : path;
  parts->file = std::move(*file);
  // A pipe may give less at once than was asked for.
  while (parts->raw_size < kMagic.size()) {
    const auto got = parts->file.read(parts->raw.data() + parts->raw_size, parts->raw.size() - parts->raw_size, parts->path);
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) break;
    parts->raw_size += *got;
  }
  if (std::string_view(parts->raw.data(), parts->raw_size).starts_with(kMagic)) parts->decompressor.reset(ZSTD_createDCtx());
  return LineReader(std::move(parts));
}

Result<std::optional<std::string_view>> LineReader::next() { return parts_->next(); }
std::uint64_t LineReader::line_number() const { return parts_->line_number; }
const std::string& LineReader::path() const { return parts_->path; }

Result<FileDigest> digest_of(const std::string& path) {
  const auto file = open_to_read(path);
  if (!file) return tl::unexpected(file.error());
  std::vector<char> buffer(kBufferBytes);
  Hashing hashing;
  FileDigest digest;
  for (;;) {
    const auto got = file->read(buffer.data(), buffer.size(), path);
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) break;
    hashing.add({buffer.data(), *got});
    digest.bytes += *got;
  }
  digest.checksum = hashing.finish();
  return digest;
}

}  // namespace ordo::log::archive
