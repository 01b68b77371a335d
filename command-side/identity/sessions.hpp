#pragma once
// Purpose: logging in, staying so, and logging out.
// Errors: refusals; `invalid_credentials` says the same, after about the same time, for an unknown user and a wrong password.
// Threads: may be used by all; every call blocks. What it is given outlives it.

#include <chrono>

#include "command-side/identity/password_hashing.hpp"
#include "command-side/identity/refresh_tokens.hpp"
#include "command-side/identity/token.hpp"
#include "events/identity/questions.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::identity {

class Sessions {
 public:
  Sessions(postgres::Pool& pool, PasswordHashing& hashing, TokenSigner signer, Clock& clock,
           std::chrono::seconds refresh_life = std::chrono::days(30))
      : pool_(pool), hashing_(hashing), signer_(std::move(signer)), clock_(clock), refresh_life_(refresh_life) {}

  [[nodiscard]] Answer<Tokens> login(const Credentials& credentials);
  [[nodiscard]] Answer<Tokens> refresh(std::string_view refresh_token);
  [[nodiscard]] Answer<void> logout(std::string_view refresh_token);

 private:
  [[nodiscard]] Result<Tokens> issue(postgres::Transaction& transaction, const Profile& profile, TokenFamily family);

  postgres::Pool& pool_;
  PasswordHashing& hashing_;
  const TokenSigner signer_;
  Clock& clock_;
  const std::chrono::seconds refresh_life_;
};

}  // namespace ordo::identity
