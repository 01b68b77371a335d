#include "gateway/users/user_json.hpp"

#include <fmt/format.h>

#include "events/vocabulary/json_text.hpp"

namespace ordo::identity {
namespace {

using http::ProblemCode;

constexpr int kRetryAfterSeconds = 1;
// As long as the circuit breaker stays open.
constexpr int kRetryAfterOutageSeconds = 2;

void write_texts(JsonText& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).open_array();
  for (const auto& one : texts) json.value(one);
  json.close_array();
}

http::Problem invalid(const Refusal& refusal) {
  auto problem = http::problem(ProblemCode::validation_failed, "The body breaks a rule.");
  for (const auto& [field, detail] : refusal.problems) problem.errors.push_back({fmt::format("/{}", field), detail});
  return problem;
}

}  // namespace

http::Response profile_response(const Profile& profile) {
  JsonText json;
  json.open_object()
      .member("user_id", profile.user_id.text())
      .member("username", profile.username)
      .member("email", profile.email);
  if (!profile.phone.empty()) json.member("phone", profile.phone);
  json.member("locale", profile.locale);
  write_texts(json, "channels", profile.channels);
  write_texts(json, "roles", profile.roles);
  json.member("created_at", text(profile.created_at)).member("updated_at", text(profile.updated_at)).close_object();
  auto response = http::json_response(200, json.take());
  response.with("ETag", http::strong_etag(fmt::format("{}-{}", profile.user_id.text(), profile.version)));
  return response;
}

http::Response registered_response(const Profile& profile) {
  JsonText json;
  json.open_object().member("user_id", profile.user_id.text()).member("username", profile.username).close_object();
  auto response = http::json_response(201, json.take());
  response.with("Location", "/api/users/me");
  return response;
}

http::Response tokens_response(const Tokens& tokens) {
  JsonText json;
  json.open_object()
      .member("access_token", tokens.access_token)
      .member("token_type", "Bearer")
      .member("expires_in", tokens.expires_in.count())
      .member("refresh_token", tokens.refresh_token)
      .close_object();
  auto response = http::json_response(200, json.take());
  response.with("Cache-Control", "no-store");
  return response;
}

http::Problem problem_of(const Refusal& refusal) {
  switch (refusal.reason) {
    case RefusalReason::username_taken: return http::problem(ProblemCode::username_taken, "This user name is taken.");
    case RefusalReason::invalid_credentials:
      return http::problem(ProblemCode::invalid_credentials, "These credentials are not valid.");
    case RefusalReason::not_found: return http::problem(ProblemCode::not_found, "There is no such user.");
    case RefusalReason::invalid: return invalid(refusal);
    case RefusalReason::busy:
      return http::try_again(ProblemCode::overloaded, "Too many requests wait; try again.", kRetryAfterSeconds);
    case RefusalReason::unavailable:
      return http::try_again(ProblemCode::unavailable, "Users cannot be asked for now; try again.", kRetryAfterOutageSeconds);
    case RefusalReason::too_many_guesses:
      return http::try_again(ProblemCode::rate_limited, "Too many log-ins failed; wait before you try again.",
                             static_cast<int>(refusal.retry_after.count()));
    case RefusalReason::timeout: break;
  }
  return http::try_again(ProblemCode::unavailable, "There was no answer in time; it may have been done.",
                         kRetryAfterOutageSeconds);
}

}  // namespace ordo::identity
