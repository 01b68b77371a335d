#pragma once
// Purpose: what every fuzz target needs: the input as text, and a way to say that a rule does not hold.
// Errors: `require` ends the process where a rule is broken; libFuzzer then keeps the input.
// Threads: one.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace ordo::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// `rule` says what must hold.
inline void require(bool holds, const char* rule) {
  if (holds) return;
  std::fprintf(stderr, "BROKEN RULE: %s\n", rule);
  std::abort();
}

// Takes the first byte off and answers which of `count` cases it chooses: '0' the first, '1' the next one.
inline unsigned take_case(std::string_view& input, unsigned count) {
  if (input.empty()) return 0;
  const auto chosen = static_cast<unsigned char>(input.front() - '0') % count;
  input.remove_prefix(1);
  return chosen;
}

}  // namespace ordo::fuzz
