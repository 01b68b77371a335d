#pragma once
// Purpose: BLAKE2b of bytes that come piece by piece.
// Requires: sodium_init was called.
// Threads: plain objects, one thread at a time.

#include <string>
#include <string_view>

#include <sodium.h>

namespace ordo::log::archive {

class Hashing {
 public:
  Hashing();
  void add(std::string_view bytes);

  // 64 hexadecimal digits. At most once; nothing may follow.
  [[nodiscard]] std::string finish();

 private:
  crypto_generichash_state state_;
};

[[nodiscard]] std::string hash_of(std::string_view bytes);

}  // namespace ordo::log::archive
