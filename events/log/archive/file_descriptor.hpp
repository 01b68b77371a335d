#pragma once
// Purpose: a file that is open, as the kernel knows it. For the .cpp files of this folder only.
// Errors:  unavailable, with the kernel's reason.
// Threads: as the kernel's.

#include <string>
#include <string_view>
#include <utility>

#include "events/vocabulary/result.hpp"

namespace ordo::log::archive {

// The failure of the system call that has just failed.
[[nodiscard]] tl::unexpected<Failure> failed_at(std::string_view what, std::string_view path);

class FileDescriptor {
 public:
  FileDescriptor() = default;
  // Takes it over; `owned`: closes it in the end.
  FileDescriptor(int number, bool owned) : number_(number), owned_(owned) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)), owned_(other.owned_) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  [[nodiscard]] int number() const { return number_; }

  [[nodiscard]] Result<void> write(std::string_view bytes, const std::string& path) const;
  // How many bytes came; 0: the end.
  [[nodiscard]] Result<std::size_t> read(char* into, std::size_t size, const std::string& path) const;

 private:
  int number_ = -1;
  bool owned_ = false;
};

// A folder's entries are on the disk when this returns.
[[nodiscard]] Result<void> sync_folder(const std::string& path);

}  // namespace ordo::log::archive
