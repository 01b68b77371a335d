#include "command-side/identity/token.hpp"

#include <cstdlib>
#include <memory>

#include <jwt.h>

#include "events/vocabulary/json_text.hpp"

namespace ordo::identity {
namespace {

using Token = std::unique_ptr<jwt_t, decltype(&jwt_free)>;

std::string roles_json(const std::vector<std::string>& roles) {
  JsonText json;
  json.open_object().key("roles").open_array();
  for (const auto& role : roles) json.value(role);
  return json.close_array().close_object().take();
}

// libjwt answers 0 when all is well.
int add_claims(jwt_t* token, const Profile& profile, std::int64_t now_s, std::int64_t expires_s) {
  int failed = jwt_add_grant(token, "iss", std::string(kTokenIssuer).c_str());
  failed |= jwt_add_grant(token, "aud", std::string(kTokenAudience).c_str());
  failed |= jwt_add_grant(token, "sub", profile.user_id.text().c_str());
  failed |= jwt_add_grant(token, "jti", uuid_text(random_uuid()).c_str());
  failed |= jwt_add_grant(token, "username", profile.username.c_str());
  failed |= jwt_add_grants_json(token, roles_json(profile.roles).c_str());
  failed |= jwt_add_grant_int(token, "iat", now_s);
  failed |= jwt_add_grant_int(token, "nbf", now_s);
  return failed | jwt_add_grant_int(token, "exp", expires_s);
}

int add_key(jwt_t* token, const SigningKey& key) {
  const int failed = jwt_set_alg(token, JWT_ALG_ES256, reinterpret_cast<const unsigned char*>(key.pem.data()),
                                 static_cast<int>(key.pem.size()));
  return failed | jwt_add_header(token, "kid", key.id.c_str());
}

}  // namespace

Result<TokenSigner> TokenSigner::open(std::string_view private_key, std::chrono::seconds life) {
  return read_private_key(private_key).map([&](SigningKey key) { return TokenSigner(std::move(key), life); });
}

Result<void> TokenSigner::replace_key(std::string_view private_key) {
  return read_private_key(private_key).map([&](SigningKey key) { current_->set(std::move(key)); });
}

Result<std::string> TokenSigner::sign(const Profile& profile, Timestamp now) const {
  jwt_t* made = nullptr;
  if (jwt_new(&made) != 0) return failure(FailureKind::unavailable, "a token cannot be made");
  const Token token(made, &jwt_free);
  const auto now_s = now.unix_ms / 1000;
  if (add_key(made, current_->get()) != 0 || add_claims(made, profile, now_s, now_s + life_.count()) != 0) {
    return failure(FailureKind::unavailable, "a token cannot be filled");
  }
  const std::unique_ptr<char, decltype(&std::free)> text(jwt_encode_str(made), &std::free);
  if (!text) return failure(FailureKind::unavailable, "a token cannot be signed");
  return std::string(text.get());
}

}  // namespace ordo::identity
