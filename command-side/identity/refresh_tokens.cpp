#include "command-side/identity/refresh_tokens.hpp"

#include <array>

#include <sodium.h>
#include <spdlog/spdlog.h>

namespace ordo::identity {
namespace {

std::string random_token() {
  std::array<unsigned char, 32> secret{};
  randombytes_buf(secret.data(), secret.size());
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
  return sodium_bin2base64(text.data(), text.size(), secret.data(), secret.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

// The token has 256 random bits, so a fast hash without salt is as good as any.
std::string hash_of(std::string_view token) {
  std::string hash(32, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(token.data()), token.size(), nullptr, 0);
  return hash;
}

Timestamp later(Timestamp now, std::chrono::seconds time) {
  return {now.unix_ms + std::chrono::duration_cast<std::chrono::milliseconds>(time).count()};
}

constexpr std::string_view kRevoke =
    "DELETE FROM identity.refresh_tokens WHERE family IN (SELECT family FROM identity.refresh_tokens WHERE token_hash = $1::bytea)";

Result<void> hold_owner(postgres::Transaction& transaction, const postgres::Bytes& hash) {
  constexpr std::string_view kHold =
      "SELECT 1 FROM identity.users WHERE user_id = (SELECT user_id FROM identity.refresh_tokens WHERE token_hash = $1::bytea) "
      "FOR NO KEY UPDATE";
  return transaction.execute(kHold, hash).map([](const postgres::Rows&) {});
}

Result<std::optional<UsedRefreshToken>> revoke_reused(postgres::Transaction& transaction, const postgres::Bytes& hash, UserId user) {
  spdlog::warn("a used refresh token of user {} came again: its family is revoked", user.text());
  return transaction.execute(kRevoke, hash).map([](const postgres::Rows&) { return std::optional<UsedRefreshToken>(); });
}

}  // namespace

Result<std::string> issue_refresh_token(postgres::Transaction& transaction, UserId user, TokenFamily family, Timestamp now,
                                        std::chrono::seconds life) {
  auto token = random_token();
  return transaction
      .execute("INSERT INTO identity.refresh_tokens (token_hash, family, user_id, expires_at) "
               "VALUES ($1::bytea, $2::uuid, $3::uuid, $4::timestamptz)",
               postgres::Bytes{hash_of(token)}, family, user, later(now, life))
      .map([&](const postgres::Rows&) { return std::move(token); });
}

Result<std::optional<UsedRefreshToken>> use_refresh_token(postgres::Transaction& transaction, std::string_view token,
                                                          Timestamp now) {
  const auto hash = hash_of(token);
  // Two who use it at once: the second waits here, and finds it used.
  if (auto held = hold_owner(transaction, postgres::Bytes{hash}); !held) return tl::unexpected(held.error());
  const auto rows = transaction.execute(
      "SELECT user_id, family, expires_at, used_at FROM identity.refresh_tokens WHERE token_hash = $1::bytea", postgres::Bytes{hash});
  if (!rows) return tl::unexpected(rows.error());
  if (rows->empty()) return std::nullopt;
  const auto row = (*rows)[0];
  const UsedRefreshToken used{row.get<UserId>(0), row.get<TokenFamily>(1)};
  if (!row.is_null(3)) return revoke_reused(transaction, postgres::Bytes{hash}, used.user);
  if (now >= row.get<Timestamp>(2)) return std::nullopt;
  return transaction
      .execute("UPDATE identity.refresh_tokens SET used_at = $2::timestamptz WHERE token_hash = $1::bytea", postgres::Bytes{hash}, now)
      .map([&](const postgres::Rows&) { return std::optional(used); });
}

Result<void> revoke_refresh_token(postgres::Transaction& transaction, std::string_view token) {
  const auto hash = hash_of(token);
  if (auto held = hold_owner(transaction, postgres::Bytes{hash}); !held) return held;
  return transaction.execute(kRevoke, postgres::Bytes{hash}).map([](const postgres::Rows&) {});
}

Result<void> revoke_all_refresh_tokens(postgres::Transaction& transaction, UserId user) {
  return transaction.execute("DELETE FROM identity.refresh_tokens WHERE user_id = $1::uuid", user).map([](const postgres::Rows&) {});
}

Result<void> forget_expired_refresh_tokens(postgres::Transaction& transaction, UserId user, Timestamp now) {
  return transaction
      .execute("DELETE FROM identity.refresh_tokens WHERE user_id = $1::uuid AND expires_at <= $2::timestamptz", user, now)
      .map([](const postgres::Rows&) {});
}

}  // namespace ordo::identity
