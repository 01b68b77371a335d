#pragma once
// Purpose: makes and reads the keys that access tokens are signed and checked with, and names them.
// Threads: plain values.

#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/result.hpp"

namespace ordo::identity {

struct SigningKey {
  std::string id;   // the token's `kid`: from a hash of the public key, so the same on both sides
  std::string pem;
};

// Errors: corrupt, when it is no private key on the curve P-256. The text says nothing of the key.
[[nodiscard]] Result<SigningKey> read_private_key(std::string_view pem);

// One or several, one after another. Errors: as above, or none at all.
[[nodiscard]] Result<std::vector<SigningKey>> read_public_keys(std::string_view pem);

// A new private key. Errors: unavailable, when the system gives none.
[[nodiscard]] Result<SigningKey> make_private_key();

// What others need to check what this key signs. Errors: corrupt, when it is no private key.
[[nodiscard]] Result<SigningKey> public_half(const SigningKey& private_key);

}  // namespace ordo::identity
