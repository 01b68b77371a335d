#pragma once
// Purpose: signs access tokens: ES256, with everything that events/identity/token_check.hpp wants to see.
// Threads: may be used by all.

#include <chrono>
#include <string>
#include <string_view>

#include "events/identity/questions.hpp"
#include "events/identity/signing_key.hpp"

namespace ordo::identity {

class TokenSigner {
 public:
  // `private_key`: on the curve P-256, PEM. Errors: corrupt.
  [[nodiscard]] static Result<TokenSigner> open(std::string_view private_key,
                                                std::chrono::seconds life = std::chrono::hours(1));

  // Errors: unavailable, when there is no memory.
  [[nodiscard]] Result<std::string> sign(const Profile& profile, Timestamp now) const;
  [[nodiscard]] std::chrono::seconds life() const { return life_; }

 private:
  TokenSigner(SigningKey key, std::chrono::seconds life) : key_(std::move(key)), life_(life) {}

  SigningKey key_;
  std::chrono::seconds life_;
};

}  // namespace ordo::identity
