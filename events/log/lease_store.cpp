#include "events/log/lease_store.hpp"

#include <algorithm>

namespace ordo::log {

bool is_instance_name(std::string_view text) {
  constexpr std::size_t kLengthMax = 64;
  const auto is_allowed = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '-' || letter == '_';
  };
  return !text.empty() && text.size() <= kLengthMax && std::ranges::all_of(text, is_allowed);
}

}  // namespace ordo::log
