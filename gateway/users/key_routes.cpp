#include "gateway/users/key_routes.hpp"

#include <spdlog/spdlog.h>

#include "events/identity/key_set.hpp"
#include "events/identity/signing_key.hpp"

namespace ordo::identity {
namespace {

std::string ids_of(const std::vector<SigningKey>& keys) {
  std::string ids;
  for (const auto& key : keys) ids += (ids.empty() ? "" : ".") + key.id;
  return ids;
}

}  // namespace

KeyRoutes::KeyRoutes(TokenCheck& check, const std::string& public_keys) : check_(check) {
  if (const auto shown = show(public_keys); !shown) spdlog::error("users: the public keys cannot be shown: {}", shown.error().text);
}

void KeyRoutes::take(const std::string& public_keys) {
  const auto taken = check_.replace_keys(public_keys).and_then([&] { return show(public_keys); });
  if (!taken) return spdlog::error("users: the file of public keys changed, and the keys before go on: {}", taken.error().text);
  const std::lock_guard lock(mutex_);
  spdlog::info("users: tokens are checked with the keys {} from now on", version_);
}

Result<void> KeyRoutes::show(const std::string& public_keys) {
  const auto keys = read_public_keys(public_keys);
  if (!keys) return tl::unexpected(keys.error());
  return key_set_json(*keys).map([&](std::string json) {
    const std::lock_guard lock(mutex_);
    json_ = std::move(json);
    version_ = ids_of(*keys);
  });
}

http::Response KeyRoutes::key_set() const {
  const std::lock_guard lock(mutex_);
  auto response = http::json_response(200, json_);
  response.with("ETag", http::strong_etag(version_)).with("Cache-Control", "public, max-age=60");
  return response;
}

void KeyRoutes::add_to(http::Router& router) {
  router.add({.method = http::Method::get,
              .pattern = "/.well-known/jwks.json",
              .handler = [this](const http::Request&, http::Responder responder) { responder.answer(key_set()); },
              .access = http::Access::anyone,
              .runs_on = http::RunsOn::reactor});
}

}  // namespace ordo::identity
