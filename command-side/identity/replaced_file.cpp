#include "command-side/identity/replaced_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace ordo::identity {
namespace {

constexpr mode_t kOwnerOnly = 0600;

tl::unexpected<Failure> failed(std::string_view what, const std::string& path) {
  return failure(FailureKind::unavailable, fmt::format("cannot {} {}: {}", what, path, std::strerror(errno)));
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const auto count = ::write(descriptor, content.data(), content.size());
    if (count < 0 && errno != EINTR) return false;
    if (count > 0) content.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool hand_over(int descriptor, const struct stat* before, mode_t rights) {
  if (before == nullptr) return ::fchmod(descriptor, rights) == 0;
  return ::fchown(descriptor, before->st_uid, before->st_gid) == 0 && ::fchmod(descriptor, before->st_mode & 0777) == 0;
}

}  // namespace

Result<void> replace_file(const std::string& path, std::string_view content, mode_t rights) {
  struct stat before{};
  const bool existed = ::stat(path.c_str(), &before) == 0;
  const auto temporary = path + ".new";
  ::unlink(temporary.c_str());  // of somebody who was interrupted
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) return failed("make", temporary);
  const bool written =
      write_all(descriptor, content) && hand_over(descriptor, existed ? &before : nullptr, rights) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!written || ::rename(temporary.c_str(), path.c_str()) != 0) return failed("write", path);
  return {};
}

Result<void> remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return failed("remove", path);
  return {};
}

Result<FileLock> FileLock::beside(const std::string& path) {
  const auto name = path + ".lock";
  FileLock lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly));
  if (lock.descriptor_ < 0 || ::flock(lock.descriptor_, LOCK_EX) != 0) return failed("lock", name);
  return lock;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace ordo::identity
