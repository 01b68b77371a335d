#include "gateway/users/user_request.hpp"

#include <algorithm>
#include <utility>

#include "gateway/http/body.hpp"

namespace ordo::identity {
namespace {

constexpr http::TextRule kUsername{1, 64, http::Lines::one};
constexpr http::TextRule kPassword{1, 256, http::Lines::one};
constexpr http::TextRule kEmail{1, 254, http::Lines::one};
constexpr http::TextRule kPhone{1, 32, http::Lines::one};
constexpr http::TextRule kLocale{2, 35, http::Lines::one};
constexpr http::TextRule kChannel{1, 16, http::Lines::one};
constexpr std::size_t kChannelsMax = 8;
constexpr http::TextRule kRefreshToken{1, 1024, http::Lines::one};

constexpr std::string_view kNoAddress = "must be a mail address";

Result<void, http::Problem> finish(http::Body& body, const std::optional<std::string>& email) {
  // An empty one was refused as a text already, or is not there.
  if (email && !email->empty() && !is_mail_address(*email)) body.refuse("email", std::string(kNoAddress));
  return body.finish();
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  const bool one_at = at != std::string_view::npos && at == text.rfind('@');
  if (!one_at || at == 0 || at + 1 == text.size()) return false;
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7F || std::string_view("<>()[],;:\\\"").find(c) != std::string_view::npos;
  });
}

Result<NewUser, http::Problem> read_new_user(std::string_view text) {
  auto body = http::Body::parse(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  NewUser user;
  user.username = body->required_string("username", kUsername);
  user.password = body->required_string("password", kPassword);
  user.email = body->required_string("email", kEmail);
  user.phone = body->optional_string("phone", kPhone).value_or("");
  user.locale = body->optional_string("locale", kLocale).value_or("");
  if (auto checked = finish(*body, user.email); !checked) return tl::unexpected(std::move(checked.error()));
  return user;
}

Result<Credentials, http::Problem> read_credentials(std::string_view text) {
  auto body = http::Body::parse(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  Credentials credentials{body->required_string("username", kUsername), body->required_string("password", kPassword)};
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

Result<ProfileChange, http::Problem> read_profile_change(std::string_view text, UserId user) {
  auto body = http::Body::parse(text);
  if (!body) return tl::unexpected(std::move(body.error()));
  ProfileChange change;
  change.user_id = user;
  change.email = body->optional_string("email", kEmail);
  if (body->takes_null("phone")) {
    change.phone = "";
  } else {
    change.phone = body->optional_string("phone", kPhone);
  }
  change.locale = body->optional_string("locale", kLocale);
  change.channels = body->optional_strings("channels", kChannelsMax, kChannel);
  if (auto checked = finish(*body, change.email); !checked) return tl::unexpected(std::move(checked.error()));
  return change;
}

}  // namespace ordo::identity
