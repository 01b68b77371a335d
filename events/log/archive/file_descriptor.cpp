#include "events/log/archive/file_descriptor.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace ordo::log::archive {

tl::unexpected<Failure> failed_at(std::string_view what, std::string_view path) {
  const auto reason = std::generic_category().message(errno);
  return failure(FailureKind::unavailable, fmt::format("{} {}: {}", what, path, reason));
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(number_, other.number_);
  std::swap(owned_, other.owned_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (owned_ && number_ >= 0) ::close(number_);
}

Result<void> FileDescriptor::write(std::string_view bytes, const std::string& path) const {
  while (!bytes.empty()) {
    const auto written = ::write(number_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed_at("cannot write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::size_t> FileDescriptor::read(char* into, std::size_t size, const std::string& path) const {
  for (;;) {
    const auto got = ::read(number_, into, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return failed_at("cannot read", path);
  }
}

Result<void> sync_folder(const std::string& path) {
  const FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), true);
  if (folder.number() < 0 || ::fsync(folder.number()) != 0) return failed_at("cannot sync", path);
  return {};
}

}  // namespace ordo::log::archive
