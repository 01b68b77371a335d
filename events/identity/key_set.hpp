#pragma once
// Purpose: the public keys of access tokens as others read them: a JSON Web Key Set (RFC 7517), to be served at /.well-known/jwks.json.
// Threads: a pure function.

#include <span>
#include <string>

#include "events/identity/signing_key.hpp"

namespace ordo::identity {

// Requires: public keys, from `read_public_keys`. Errors: corrupt.
[[nodiscard]] Result<std::string> key_set_json(std::span<const SigningKey> public_keys);

}  // namespace ordo::identity
