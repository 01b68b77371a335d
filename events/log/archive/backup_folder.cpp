#include "events/log/archive/backup_folder.hpp"

#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "events/log/archive/file_descriptor.hpp"

namespace ordo::log::archive {
namespace {

namespace fs = std::filesystem;

constexpr int kOwnerOnly = 0700;

std::string without_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string parent_of(const std::string& path) {
  const auto parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

// The folder, held as long as the descriptor is open: whoever dies lets go of it.
Result<FileDescriptor> hold(const std::string& path) {
  FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), true);
  if (folder.number() < 0) return failed_at("cannot open", path);
  if (::flock(folder.number(), LOCK_EX | LOCK_NB) != 0) {
    return failure(FailureKind::conflict, fmt::format("another backup is being written to {}: wait for it, or name another folder", path));
  }
  return folder;
}

}  // namespace

struct NewBackup::Parts {
  std::string path;
  std::string partial;
  FileDescriptor held;
  bool published = false;
};

NewBackup::NewBackup(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
NewBackup::NewBackup(NewBackup&&) noexcept = default;

NewBackup::~NewBackup() {
  if (!parts_ || parts_->published) return;
  std::error_code ignored;  // what is left goes with the next backup there
  fs::remove_all(parts_->partial, ignored);
}

Result<NewBackup> NewBackup::begin(const std::string& path) {
  auto parts = std::make_unique<Parts>();
  parts->path = without_slashes(path);
  parts->partial = parts->path + ".partial";
  std::error_code error;
  if (fs::exists(fs::symlink_status(parts->path, error))) {
    return failure(FailureKind::conflict, parts->path + " is there already; nothing was written: name a new folder");
  }
  if (::mkdir(parts->partial.c_str(), kOwnerOnly) != 0 && errno != EEXIST) return failed_at("cannot make", parts->partial);
  auto held = hold(parts->partial);
  if (!held) return tl::unexpected(held.error());
  parts->held = std::move(*held);
  for (const auto& left_over : fs::directory_iterator(parts->partial, error)) fs::remove(left_over.path(), error);
  if (error) return failure(FailureKind::unavailable, fmt::format("cannot empty {}: {}", parts->partial, error.message()));
  return NewBackup(std::move(parts));
}

std::string NewBackup::path_of(const std::string& name) const { return fmt::format("{}/{}", parts_->partial, name); }
const std::string& NewBackup::unpublished_path() const { return parts_->partial; }

Result<void> NewBackup::seal(const Manifest& manifest) {
  auto file = LineWriter::create(path_of(kManifestFile), Compression::none);
  if (!file) return tl::unexpected(file.error());
  return file->write(encode_manifest(manifest)).and_then([&] { return file->finish(); }).map([](const FileDigest&) {});
}

Result<void> NewBackup::publish(const Manifest& manifest) {
  if (auto sealed = seal(manifest); !sealed) return sealed;
  if (auto synced = sync_folder(parts_->partial); !synced) return synced;
  // Nothing that came there meanwhile is written over: a folder only takes the place of an empty one.
  if (::rename(parts_->partial.c_str(), parts_->path.c_str()) != 0) return failed_at("cannot make", parts_->path);
  parts_->published = true;
  return sync_folder(parent_of(parts_->path));
}

Result<void> write_streams(EventLog& log, const Cut& cut, const NewBackup& backup, Manifest& manifest, const std::stop_token& stop,
                           const CountMessages& count) {
  for (const auto& [stream, last] : cut) {
    const auto name = file_of(stream);
    auto file = LogFileWriter::create(backup.path_of(name), Compression::zstd, manifest.partitions);
    if (!file) return tl::unexpected(file.error());
    auto range = range_from(log, stream);
    if (!range) return tl::unexpected(range.error());
    range->until = last;
    if (range->from > last + 1) range->from = last + 1;
    if (auto written = file->write(log, *range, stop, count); !written) return written;
    auto finished = file->finish();
    if (!finished) return tl::unexpected(finished.error());
    manifest.streams.merge(finished->sections);
    manifest.files.emplace(name, std::move(finished->digest));
  }
  return {};
}

Result<Manifest> read_manifest(const std::string& folder) {
  const auto path = fmt::format("{}/{}", without_slashes(folder), kManifestFile);
  auto file = LineReader::open(path);
  if (!file) {
    return failure(file.error().kind, fmt::format("{}: a backup is a folder with a {} in it", file.error().text, kManifestFile));
  }
  const auto line = file->next();
  if (!line) return tl::unexpected(line.error());
  return decode_manifest(line->value_or("")).map_error([&](const Failure& wrong) { return Failure{wrong.kind, path + ": " + wrong.text}; });
}

namespace {

Result<void> check_log_file(const std::string& path, StreamName stream, const Manifest& manifest, const std::stop_token& stop,
                            const CountMessages& count) {
  auto reader = LogFileReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  for (;;) {
    if (stop.stop_requested()) return failure(FailureKind::unavailable, "told to stop");
    const auto message = reader->next();
    if (!message) return tl::unexpected(message.error());
    if (!*message) break;
    if (count) count(1);
  }
  const Sections wanted{{stream, manifest.streams.at(stream)}};
  if (reader->partitions() == manifest.partitions && reader->sections() == wanted) return {};
  return failure(FailureKind::corrupt, path + " does not hold what the manifest says");
}

}  // namespace

Result<void> check_backup(const std::string& folder, const Manifest& manifest, const std::stop_token& stop, const CountMessages& count) {
  const auto path_of = [&](const std::string& name) { return fmt::format("{}/{}", without_slashes(folder), name); };
  for (const auto& [name, digest] : manifest.files) {
    if (stop.stop_requested()) return failure(FailureKind::unavailable, "told to stop");
    const auto found = digest_of(path_of(name));
    if (!found) return tl::unexpected(found.error());
    if (*found == digest) continue;
    return failure(FailureKind::corrupt, fmt::format("{} is damaged: it has {} bytes and the checksum {}…, {} bytes and {}… were written",
                                                     path_of(name), found->bytes, found->checksum.substr(0, 12), digest.bytes,
                                                     digest.checksum.substr(0, 12)));
  }
  for (const auto& [stream, section] : manifest.streams) {
    if (!manifest.files.contains(file_of(stream))) {
      return failure(FailureKind::corrupt, fmt::format("{} names {}, but no file of it", path_of(kManifestFile), text(stream)));
    }
    if (auto checked = check_log_file(path_of(file_of(stream)), stream, manifest, stop, count); !checked) return checked;
  }
  return {};
}

}  // namespace ordo::log::archive
