#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>
#include <zstd.h>

#include <fmt/format.h>

#include "events/log/archive/file_descriptor.hpp"
#include "events/log/archive/hashing.hpp"
#include "events/log/archive/line_file.hpp"

namespace ordo::log::archive {
namespace {

constexpr int kLevel = 3;
constexpr std::size_t kBufferBytes = 256 * 1024;
constexpr int kOwnerOnly = 0600;

struct FreeCompressor {
  void operator()(ZSTD_CCtx* owned) const { ZSTD_freeCCtx(owned); }
};

}  // namespace

struct LineWriter::Parts {
  std::string path;
  FileDescriptor file;
  std::unique_ptr<ZSTD_CCtx, FreeCompressor> compressor;  // none: plain text
  std::string pending;                                    // lines that were not handed on yet
  std::vector<char> compressed = std::vector<char>(ZSTD_CStreamOutSize());
  Hashing hashing;
  std::uint64_t bytes = 0;

  Result<void> put(std::string_view ready) {
    hashing.add(ready);
    bytes += ready.size();
    return file.write(ready, path);
  }

  Result<void> hand_on(ZSTD_EndDirective directive) {
    if (!compressor) {
      auto done = put(pending);
      pending.clear();
      return done;
    }
    ZSTD_inBuffer in{pending.data(), pending.size(), 0};
    for (;;) {
      ZSTD_outBuffer out{compressed.data(), compressed.size(), 0};
      const auto left = ZSTD_compressStream2(compressor.get(), &out, &in, directive);
      if (ZSTD_isError(left) != 0) {
        return failure(FailureKind::unavailable, fmt::format("cannot compress {}: {}", path, ZSTD_getErrorName(left)));
      }
      if (auto done = put({compressed.data(), out.pos}); !done) return done;
      if (directive == ZSTD_e_end ? left == 0 : in.pos == in.size) break;
    }
    pending.clear();
    return {};
  }
};

LineWriter::LineWriter(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
LineWriter::LineWriter(LineWriter&&) noexcept = default;
LineWriter& LineWriter::operator=(LineWriter&&) noexcept = default;
LineWriter::~LineWriter() = default;

Compression compression_of(std::string_view path) { return path.ends_with(".zst") ? Compression::zstd : Compression::none; }

Result<LineWriter> LineWriter::create(const std::string& path, Compression compression) {
  auto parts = std::make_unique<Parts>();
  parts->path = path == kStandardStream ? "standard output" : path;
  parts->file = path == kStandardStream ? FileDescriptor(STDOUT_FILENO, false)
                                        : FileDescriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly), true);
  if (parts->file.number() < 0) {
    if (errno == EEXIST) return failure(FailureKind::conflict, path + " is there already; nothing was written: name another file");
    return failed_at("cannot make", path);
  }
  if (compression == Compression::zstd) {
    parts->compressor.reset(ZSTD_createCCtx());
    ZSTD_CCtx_setParameter(parts->compressor.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(parts->compressor.get(), ZSTD_c_checksumFlag, 1);
  }
  return LineWriter(std::move(parts));
}

Result<void> LineWriter::write(std::string_view line) {
  parts_->pending.append(line).push_back('\n');
  return parts_->pending.size() < kBufferBytes ? Result<void>() : parts_->hand_on(ZSTD_e_continue);
}

Result<FileDigest> LineWriter::finish() {
  if (auto done = parts_->hand_on(ZSTD_e_end); !done) return tl::unexpected(done.error());
  // A pipe cannot be synced.
  if (::fsync(parts_->file.number()) != 0 && errno != EINVAL && errno != EROFS) return failed_at("cannot sync", parts_->path);
  return FileDigest{parts_->bytes, parts_->hashing.finish()};
}

}  // namespace ordo::log::archive
