#include "gateway/users/user_request.hpp"

#include <utility>

#include "events/identity/rules.hpp"
#include "gateway/http/body.hpp"

namespace ordo::identity {
namespace {

// Wide: what a name, a password and an address have to look like say the rules of identity.
constexpr http::TextRule kText{0, 1024, http::Lines::one};
constexpr http::TextRule kLocale{1, 1024, http::Lines::one};  // an empty one is not the same as none
constexpr http::TextRule kRefreshToken{1, 1024, http::Lines::one};
constexpr std::size_t kChannelsMax = 8;

Result<void, http::Problem> finish(http::Body& body, const std::vector<FieldProblem>& problems) {
  for (const auto& problem : problems) body.refuse(problem.field, problem.detail);
  return body.finish();
}

ProfileChange read_profile(http::Body& body, UserId user) {
  ProfileChange change;
  change.user_id = user;
  change.email = body.optional_string("email", kText);
  if (body.takes_null("phone")) {
    change.phone = "";
  } else {
    change.phone = body.optional_string("phone", kText);
  }
  change.locale = body.optional_string("locale", kLocale);
  change.channels = body.optional_strings("channels", kChannelsMax, kText);
  return change;
}

bool changes_anything(const ProfileChange& change) { return change.email || change.phone || change.locale || change.channels; }

}  // namespace

Result<NewUser, http::Problem> read_new_user(std::string_view text) {
  auto body = http::Body::parse(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  NewUser user;
  user.username = body->required_string("username", kText);
  user.password = body->required_string("password", kText);
  user.email = body->required_string("email", kText);
  user.phone = body->optional_string("phone", kText).value_or("");
  user.locale = body->optional_string("locale", kLocale).value_or("");
  if (auto checked = finish(*body, problems_of(user)); !checked) return tl::unexpected(std::move(checked.error()));
  return user;
}

Result<Credentials, http::Problem> read_credentials(std::string_view text) {
  auto body = http::Body::parse(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  Credentials credentials{body->required_string("username", kText), body->required_string("password", kText), {}};
  if (auto checked = body->finish(); !checked) return tl::unexpected(std::move(checked.error()));
  return credentials;
}

Result<std::string, http::Problem> read_refresh_token(std::string_view text) {
  auto body = http::Body::parse(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  auto token = body->required_string("refresh_token", kRefreshToken);
  if (auto checked = body->finish(); !checked) return tl::unexpected(std::move(checked.error()));
  return token;
}

Result<OwnChange, http::Problem> read_own_change(std::string_view text, UserId user) {
  auto body = http::Body::parse(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  const auto change = read_profile(*body, user);
  const auto current = body->optional_string("current_password", kText);
  const auto next = body->optional_string("new_password", kText);
  if (!current && !next) {
    if (auto checked = finish(*body, problems_of(change)); !checked) return tl::unexpected(std::move(checked.error()));
    return change;
  }
  const PasswordChange password{user, current.value_or(""), next.value_or("")};
  if (!current) body->refuse("current_password", "is needed to change the password");
  if (!next) body->refuse("new_password", "is needed to change the password");
  if (changes_anything(change)) body->refuse("new_password", "is changed by itself, without other members");
  if (auto checked = finish(*body, problems_of(password)); !checked) return tl::unexpected(std::move(checked.error()));
  return password;
}

}  // namespace ordo::identity
