#pragma once
// Purpose: logging in, staying so, and logging out.
//          A token is given only to a user whom the log has heard of, so that whatever it is used for comes later in the log than
//          the registration. Whoever logs in before that waits for it, a moment at most; then he is told `busy`.
//          Who guesses is slowed down (guess_limits.hpp).
// Errors: refusals; `invalid_credentials` says the same, after about the same time, for an unknown user and a wrong password.
// Threads: may be used by all; every call blocks. What it is given outlives it.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "command-side/identity/guess_limits.hpp"
#include "command-side/identity/outbox_relay.hpp"
#include "command-side/identity/password_hashing.hpp"
#include "command-side/identity/refresh_tokens.hpp"
#include "command-side/identity/token.hpp"
#include "command-side/identity/users.hpp"
#include "events/identity/questions.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::identity {

struct SessionLimits {
  std::chrono::seconds refresh_life = std::chrono::days(30);
  std::chrono::milliseconds registration_waited_for_max{2'000};
  GuessQuota guesses;
};

class Sessions {
 public:
  // As OutboxRelayThread::await_pass.
  using AwaitPass = std::function<void(Hurry, std::chrono::milliseconds)>;

  Sessions(postgres::Pool& pool, PasswordHashing& hashing, TokenSigner signer, Clock& clock, AwaitPass await_pass,
           SessionLimits limits = {})
      : pool_(pool),
        hashing_(hashing),
        signer_(std::move(signer)),
        clock_(clock),
        await_pass_(std::move(await_pass)),
        limits_(limits),
        guesses_(pool, clock, limits.guesses) {}

  [[nodiscard]] Answer<Tokens> login(const Credentials& credentials);
  [[nodiscard]] Answer<Tokens> refresh(std::string_view refresh_token);
  [[nodiscard]] Answer<void> logout(std::string_view refresh_token);

  // Ends every session: refresh tokens are gone, and access tokens, which nobody asks identity about, end within kAccessTokenLife.
  // Refusals: invalid, with what is wrong; a wrong current password is one of the problems.
  [[nodiscard]] Answer<Profile> change_password(const PasswordChange& change);

 private:
  [[nodiscard]] Answer<bool> verify(const std::optional<StoredUser>& user, const std::string& password);
  // Whether the password is right, counted as a guess of that name where it is not.
  [[nodiscard]] Answer<bool> guess(const std::optional<StoredUser>& user, const Credentials& credentials);
  [[nodiscard]] Answer<void> await_registration_in_log(UserId user);
  [[nodiscard]] Result<std::optional<Tokens>> open_session(postgres::Transaction& transaction, const StoredUser& verified);
  [[nodiscard]] Answer<Profile> replace_password(const StoredUser& verified, const std::string& password_hash);
  [[nodiscard]] Result<Tokens> issue(postgres::Transaction& transaction, const Profile& profile, TokenFamily family);

  postgres::Pool& pool_;
  PasswordHashing& hashing_;
  const TokenSigner signer_;
  Clock& clock_;
  const AwaitPass await_pass_;
  const SessionLimits limits_;
  GuessLimits guesses_;
};

}  // namespace ordo::identity
