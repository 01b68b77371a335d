#include "gateway/http/field_errors.hpp"

#include <algorithm>
#include <utility>

namespace ordo::http {

void FieldErrors::add(std::string pointer, std::string detail) {
  if (more_) return;
  pointers_bytes_ += pointer.size();
  more_ = errors_.size() == kFieldErrorsMax || pointers_bytes_ > kFieldErrorPointersBytesMax;
  if (!more_) errors_.push_back({std::move(pointer), std::move(detail)});
}

bool FieldErrors::tells_of(std::string_view pointer) const {
  return std::ranges::any_of(errors_, [&](const FieldError& error) {
    return error.pointer.starts_with(pointer) && (error.pointer.size() == pointer.size() || error.pointer[pointer.size()] == '/');
  });
}

std::vector<FieldError> FieldErrors::take() {
  if (more_) errors_.push_back({"", "breaks more rules than are listed here"});
  return std::exchange(*this, {}).errors_;
}

}  // namespace ordo::http
