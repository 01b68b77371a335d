#pragma once
// Purpose: files that others read while they change: each is replaced whole, and is on disk before it stands under its name.
// Errors: unavailable, with the kernel's reason and the file's name, never its content.
// Threads: plain functions. A lock belongs to one thread; it holds off other processes, and other locks of this one.

#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

#include "events/vocabulary/result.hpp"

namespace ordo::identity {

// A file that is there keeps its owner and its rights: who may read it was decided elsewhere. A new one gets `rights`.
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view content, mode_t rights);

[[nodiscard]] Result<void> remove_file(const std::string& path);

// Held as long as it lives, by one at a time; others wait.
class FileLock {
 public:
  // On a file beside `path` that is left there.
  [[nodiscard]] static Result<FileLock> beside(const std::string& path);

  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace ordo::identity
