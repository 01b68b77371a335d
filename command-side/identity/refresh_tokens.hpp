#pragma once
// Purpose: refresh tokens: 256 random bits, good for one use, of which only a hash is stored. Each use gives the next token of the
//          same family; who uses one twice (a thief, or the one robbed) loses the family.
//          Whatever changes a user's tokens holds the user's row first: a family that is revoked while one of its tokens is exchanged
//          would else leave the new one alive, which the one who revokes does not see yet.
// Errors: as postgres::Connection.
// Threads: as what they are given.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/time.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::identity {

using TokenFamily = Id<struct TokenFamilyTag>;

struct UsedRefreshToken {
  UserId user;
  TokenFamily family;
};

// Answers the token; it is never to be had again.
[[nodiscard]] Result<std::string> issue_refresh_token(postgres::Transaction& transaction, UserId user, TokenFamily family,
                                                      Timestamp now, std::chrono::seconds life);

// Nothing: not valid. When it was used before, its family is gone as well, so this transaction has to be committed either way.
[[nodiscard]] Result<std::optional<UsedRefreshToken>> use_refresh_token(postgres::Transaction& transaction, std::string_view token,
                                                                        Timestamp now);

// Revokes the token's whole family; unknown tokens are none of anybody's business.
[[nodiscard]] Result<void> revoke_refresh_token(postgres::Transaction& transaction, std::string_view token);

[[nodiscard]] Result<void> revoke_all_refresh_tokens(postgres::Transaction& transaction, UserId user);

[[nodiscard]] Result<void> forget_expired_refresh_tokens(postgres::Transaction& transaction, UserId user, Timestamp now);

}  // namespace ordo::identity
