#pragma once
// Purpose: what is wrong with a body, collected while it is read, within limits that no body can exceed: 64 KiB can break a
//          rule some ten thousand times, and each time name a member of 60 KiB. When there was more, the last entry says so.
// Threads: one reader, one thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/problem.hpp"

namespace ordo::http {

inline constexpr std::size_t kFieldErrorsMax = 100;
inline constexpr std::size_t kFieldErrorPointersBytesMax = 16 * 1024;

class FieldErrors {
 public:
  void add(std::string pointer, std::string detail);

  // Whether something is recorded about the value at `pointer`, or about a part of it.
  [[nodiscard]] bool tells_of(std::string_view pointer) const;
  // Whether another error would be left out, so that a caller need not make one.
  [[nodiscard]] bool full() const { return more_; }
  [[nodiscard]] bool empty() const { return errors_.empty() && !more_; }

  // Everything recorded; nothing is left here.
  [[nodiscard]] std::vector<FieldError> take();

 private:
  std::vector<FieldError> errors_;
  std::size_t pointers_bytes_ = 0;
  bool more_ = false;
};

}  // namespace ordo::http
