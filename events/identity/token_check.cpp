#include "events/identity/token_check.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <jwt.h>
#include <sodium.h>

#include "events/identity/bounded_cache.hpp"
#include "events/identity/verifying_key.hpp"

namespace ordo::identity {
namespace {

using Token = std::unique_ptr<jwt_t, decltype(&jwt_free)>;
using TokenHash = Id<struct TokenHashTag>;

constexpr std::string_view kTokenAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

std::chrono::milliseconds since_epoch(Timestamp time) { return std::chrono::milliseconds(time.unix_ms); }

// Three parts of base64url, neither empty; everything else never reaches a parser.
bool has_shape(std::string_view token) {
  if (token.size() > kTokenBytesMax || token.find_first_not_of(kTokenAlphabet) != std::string_view::npos) return false;
  return std::ranges::count(token, '.') == 2 && !token.starts_with('.') && !token.ends_with('.') &&
         token.find("..") == std::string_view::npos;
}

// What is remembered is found by it, so it must not be possible to make two tokens with one: 128 bits of a keyed BLAKE2b.
TokenHash hash_of(std::string_view token, const std::array<unsigned char, 32>& key) {
  IdBytes hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()), token.size(), key.data(),
                     key.size());
  return TokenHash(hash);
}

// Header and claims; nothing is verified.
Token decode(const std::string& token) {
  jwt_t* decoded = nullptr;
  if (jwt_decode(&decoded, token.c_str(), nullptr, 0) != 0) decoded = nullptr;
  return {decoded, &jwt_free};
}

std::string text_claim(jwt_t* token, const char* name) {
  const char* value = jwt_get_grant(token, name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string text_header(jwt_t* token, const char* name) {
  const char* value = jwt_get_header(token, name);
  return value == nullptr ? std::string() : std::string(value);
}

// Nothing when it is missing; what is no whole number reads as 0.
std::optional<Timestamp> time_claim(jwt_t* token, const char* name) {
  errno = 0;
  const long seconds = jwt_get_grant_int(token, name);
  constexpr long kSecondsMax = 253'402'300'799;  // the year 9999
  if (errno != 0 || seconds <= 0 || seconds > kSecondsMax) return std::nullopt;
  return Timestamp{seconds * 1000};
}

// A JSON array of words, as identity writes it: ["user","admin"].
std::optional<std::vector<std::string>> words(std::string_view json) {
  std::vector<std::string> found;
  if (!json.starts_with('[') || !json.ends_with(']')) return std::nullopt;
  json = json.substr(1, json.size() - 2);
  while (!json.empty()) {
    const auto end = json.find('"', 1);
    if (json.front() != '"' || end == std::string_view::npos) return std::nullopt;
    const auto word = json.substr(1, end - 1);
    if (word.empty() || word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_-") != std::string_view::npos) return std::nullopt;
    found.emplace_back(word);
    json.remove_prefix(end + 1);
    if (!json.empty() && !json.starts_with(',')) return std::nullopt;
    json.remove_prefix(std::min(json.find_first_not_of(", "), json.size()));
  }
  return found;
}

std::optional<std::vector<std::string>> roles_claim(jwt_t* token) {
  const std::unique_ptr<char, decltype(&std::free)> json(jwt_get_grants_json(token, "roles"), &std::free);
  return json == nullptr ? std::nullopt : words(json.get());
}

Result<Claims, TokenProblem> read_claims(jwt_t* token, Timestamp now) {
  if (text_claim(token, "iss") != kTokenIssuer) return tl::unexpected(TokenProblem::wrong_issuer);
  if (text_claim(token, "aud") != kTokenAudience) return tl::unexpected(TokenProblem::wrong_audience);
  const auto user = UserId::parse(text_claim(token, "sub"));
  const auto username = text_claim(token, "username");
  auto roles = roles_claim(token);
  const auto issued = time_claim(token, "iat");
  const auto not_before = time_claim(token, "nbf");
  const auto expires = time_claim(token, "exp");
  if (!user || username.empty() || !roles || !issued || !not_before || !expires) return tl::unexpected(TokenProblem::incomplete);
  if (since_epoch(now) + kClockSkewMax < since_epoch(*not_before)) return tl::unexpected(TokenProblem::not_yet_valid);
  if (now >= *expires) return tl::unexpected(TokenProblem::expired);
  return Claims{*user, username, std::move(*roles), *expires};
}

}  // namespace

std::string_view text(TokenProblem problem) {
  switch (problem) {
    case TokenProblem::malformed: return "malformed";
    case TokenProblem::wrong_algorithm: return "wrong algorithm";
    case TokenProblem::unknown_key: return "unknown key";
    case TokenProblem::bad_signature: return "bad signature";
    case TokenProblem::wrong_issuer: return "wrong issuer";
    case TokenProblem::wrong_audience: return "wrong audience";
    case TokenProblem::incomplete: return "a claim is missing";
    case TokenProblem::not_yet_valid: return "not valid yet";
    case TokenProblem::expired: return "expired";
    case TokenProblem::user_is_gone: return "the user is gone";
  }
  return "unknown";
}

namespace {

constexpr std::size_t kRefusedMax = 200'000;

// What was verified goes with the keys that it was verified by.
struct KnownKeys {
  KnownKeys(const std::vector<std::pair<std::string, VerifyingKey>>& known, std::size_t remembered_max) : remembered(remembered_max) {
    for (const auto& [id, key] : known) keys.emplace(id, key);
  }

  std::unordered_map<std::string, VerifyingKey> keys;  // by their ids
  BoundedCache<TokenHash, Claims> remembered;         // valid until they expire
};

}  // namespace

struct TokenCheck::State {
  State(Clock& at, std::size_t remembered) : clock(at), remembered_max(remembered) {
    randombytes_buf(hash_key.data(), hash_key.size());
  }

  [[nodiscard]] std::shared_ptr<KnownKeys> known() const {
    const std::lock_guard lock(mutex);
    return current;
  }
  void replace(std::shared_ptr<KnownKeys> next) {
    const std::lock_guard lock(mutex);
    current = std::move(next);
  }

  Clock& clock;
  const std::size_t remembered_max;
  std::array<unsigned char, 32> hash_key{};
  BoundedCache<UserId, bool> refused{kRefusedMax};
  mutable std::mutex mutex;
  std::shared_ptr<KnownKeys> current;
};

TokenCheck::TokenCheck(std::unique_ptr<State> state) : state_(std::move(state)) {}
TokenCheck::TokenCheck(TokenCheck&&) noexcept = default;
TokenCheck& TokenCheck::operator=(TokenCheck&&) noexcept = default;
TokenCheck::~TokenCheck() = default;

Result<TokenCheck> TokenCheck::open(std::string_view public_keys, Clock& clock, std::size_t remembered_max) {
  TokenCheck check(std::make_unique<State>(clock, remembered_max));
  if (auto read = check.replace_keys(public_keys); !read) return tl::unexpected(read.error());
  return check;
}

Result<void> TokenCheck::replace_keys(std::string_view public_keys) {
  const auto keys = read_public_keys(public_keys);
  if (!keys) return tl::unexpected(keys.error());
  std::vector<std::pair<std::string, VerifyingKey>> known;
  for (const auto& key : *keys) {
    auto verifying = VerifyingKey::read(key);
    if (!verifying) return tl::unexpected(verifying.error());
    known.emplace_back(key.id, std::move(*verifying));
  }
  state_->replace(std::make_shared<KnownKeys>(known, state_->remembered_max));
  return {};
}

void TokenCheck::refuse(UserId user) {
  state_->refused.insert(user, true, since_epoch(state_->clock.now()) + kAccessTokenLife + kClockSkewMax);
}

Result<Claims, TokenProblem> TokenCheck::check(std::string_view token) const {
  auto claims = verify(token);
  if (claims && state_->refused.find(claims->user_id, since_epoch(state_->clock.now()))) return tl::unexpected(TokenProblem::user_is_gone);
  return claims;
}

Result<Claims, TokenProblem> TokenCheck::verify(std::string_view token) const {
  if (!has_shape(token)) return tl::unexpected(TokenProblem::malformed);
  const auto now = state_->clock.now();
  const auto hash = hash_of(token, state_->hash_key);
  const auto keys = state_->known();
  if (auto known = keys->remembered.find(hash, since_epoch(now))) return std::move(*known);

  const auto decoded = decode(std::string(token));
  if (!decoded) return tl::unexpected(TokenProblem::malformed);
  if (text_header(decoded.get(), "alg") != "ES256") return tl::unexpected(TokenProblem::wrong_algorithm);
  if (text_header(decoded.get(), "typ") != "JWT") return tl::unexpected(TokenProblem::malformed);
  const auto key = keys->keys.find(text_header(decoded.get(), "kid"));
  if (key == keys->keys.end()) return tl::unexpected(TokenProblem::unknown_key);

  const auto signature_at = token.rfind('.');
  if (!key->second.has_signed(token.substr(0, signature_at), token.substr(signature_at + 1))) {
    return tl::unexpected(TokenProblem::bad_signature);
  }
  auto claims = read_claims(decoded.get(), now);
  if (claims) keys->remembered.insert(hash, *claims, since_epoch(claims->expires));
  return claims;
}

}  // namespace ordo::identity
