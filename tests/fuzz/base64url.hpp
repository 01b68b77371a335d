#pragma once
// Purpose: base64url without padding, as tokens and cursors are written, for targets that make some of their own.
// Threads: pure.

#include <string>
#include <string_view>

#include <sodium.h>

namespace ordo::fuzz {

inline std::string base64url(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return text;
}

}  // namespace ordo::fuzz
