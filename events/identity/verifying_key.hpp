#pragma once
// Purpose: checks signatures by one public key that was read once: to read it anew for each token takes seven times as long as to check.
// Rules: ES256, as JWS writes it (RFC 7518, 3.4): the two numbers of the signature side by side, 32 bytes each, in base64url without padding.
// Threads: may be used by all.

#include <memory>
#include <string_view>
#include <utility>

#include "events/identity/signing_key.hpp"

struct evp_pkey_st;

namespace ordo::identity {

class VerifyingKey {
 public:
  // Errors: corrupt, when it is no public key on the curve P-256.
  [[nodiscard]] static Result<VerifyingKey> read(const SigningKey& public_key);

  [[nodiscard]] bool has_signed(std::string_view text, std::string_view signature_base64url) const;

 private:
  explicit VerifyingKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace ordo::identity
