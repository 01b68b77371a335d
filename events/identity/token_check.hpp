#pragma once
// Purpose: says who asks, from an access token that identity signed; without Postgres and without asking identity.
// Rules: ES256 only, decided from the header before a signature is looked at; one of the known keys; iss "ordo", aud "ordo-api";
//        sub, iat, nbf and exp must be there; at most 4 KB. What was verified is remembered until it expires, so that a
//        repeated token costs one hash and one look-up.
// Errors: why a token is not accepted; for the log, not for the client, who is told 401.
// Threads: may be used by all.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::identity {

inline constexpr std::string_view kTokenIssuer = "ordo";
inline constexpr std::string_view kTokenAudience = "ordo-api";
inline constexpr std::chrono::seconds kAccessTokenLife = std::chrono::hours(1);
inline constexpr std::size_t kTokenBytesMax = 4096;
// How much the clocks of two machines may differ.
inline constexpr std::chrono::seconds kClockSkewMax{10};

struct Claims {
  UserId user_id;
  std::string username;
  std::vector<std::string> roles;
  Timestamp expires;

  friend bool operator==(const Claims&, const Claims&) = default;
};

enum class TokenProblem {
  malformed,
  wrong_algorithm,
  unknown_key,
  bad_signature,
  wrong_issuer,
  wrong_audience,
  incomplete,  // a claim is missing or has another type
  not_yet_valid,
  expired,
  user_is_gone,
};

[[nodiscard]] std::string_view text(TokenProblem problem);

class TokenCheck {
 public:
  // `public_keys`: one or several P-256 public keys in PEM, one after another. The clock outlives this.
  // Errors: corrupt, when one of them is no such key, or there is none.
  [[nodiscard]] static Result<TokenCheck> open(std::string_view public_keys, Clock& clock, std::size_t remembered_max = 20'000);

  TokenCheck(TokenCheck&&) noexcept;
  TokenCheck& operator=(TokenCheck&&) noexcept;
  ~TokenCheck();

  [[nodiscard]] Result<Claims, TokenProblem> check(std::string_view token) const;

  // Tokens of that user are refused from now on, for as long as any could be good.
  void refuse(UserId user);

  // Tokens of keys that are no longer there are refused from now on, also those that were accepted before.
  // Errors: corrupt, and nothing changes.
  [[nodiscard]] Result<void> replace_keys(std::string_view public_keys);

 private:
  struct State;
  explicit TokenCheck(std::unique_ptr<State> state);
  [[nodiscard]] Result<Claims, TokenProblem> verify(std::string_view token) const;

  std::unique_ptr<State> state_;
};

}  // namespace ordo::identity
