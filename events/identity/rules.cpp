#include "events/identity/rules.hpp"

#include <algorithm>

namespace ordo::identity {
namespace {

constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";

bool consists_of(std::string_view text, std::string_view alphabet) {
  return text.find_first_not_of(alphabet) == std::string_view::npos;
}

// Of UTF-8: every byte that does not continue a character.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; }));
}

bool is_password(std::string_view text) {
  const auto size = characters(text);
  return size >= 8 && size <= 128 && text.size() <= 4 * 128;
}

bool is_locale(std::string_view text) { return text == "en" || text == "ru"; }

bool are_channels(const std::vector<std::string>& channels) {
  return channels.size() <= 1 && std::ranges::all_of(channels, [](const auto& channel) { return channel == "email"; });
}

bool is_domain(std::string_view text) {
  return !text.empty() && consists_of(text, std::string(kLetters) + std::string(kDigits) + ".-") && text.front() != '.' &&
         text.front() != '-' && text.back() != '.' && text.back() != '-' && text.find("..") == std::string_view::npos;
}

class Problems {
 public:
  void require(bool holds, std::string_view field, std::string_view detail) {
    if (!holds) found_.push_back({std::string(field), std::string(detail)});
  }
  [[nodiscard]] std::vector<FieldProblem> take() { return std::move(found_); }

 private:
  std::vector<FieldProblem> found_;
};

constexpr std::string_view kEmailRule = "must be an address like name@example.org, at most 254 characters";
constexpr std::string_view kPhoneRule = "must be an international number like +491701234567";
constexpr std::string_view kLocaleRule = "must be en or ru";

}  // namespace

bool is_username(std::string_view text) {
  return text.size() >= 3 && text.size() <= 32 && kLetters.find(text.front()) != std::string_view::npos &&
         consists_of(text, std::string(kLetters) + std::string(kDigits) + "._-");
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > 254 || at == std::string_view::npos) return false;
  const auto local = text.substr(0, at);
  return !local.empty() && local.size() <= 64 &&
         consists_of(local, std::string(kLetters) + std::string(kDigits) + ".!#$%&'*+/=?^_`{|}~-") && is_domain(text.substr(at + 1));
}

bool is_phone(std::string_view text) {
  return text.size() >= 8 && text.size() <= 16 && text.front() == '+' && text[1] != '0' && consists_of(text.substr(1), kDigits);
}

std::vector<FieldProblem> problems_of(const NewUser& user) {
  Problems problems;
  problems.require(is_username(user.username), "username",
                   "must be 3 to 32 letters, digits, dots, underscores or hyphens, beginning with a letter");
  problems.require(is_password(user.password), "password", "must have 8 to 128 characters");
  problems.require(is_email(user.email), "email", kEmailRule);
  problems.require(user.phone.empty() || is_phone(user.phone), "phone", kPhoneRule);
  problems.require(user.locale.empty() || is_locale(user.locale), "locale", kLocaleRule);
  return problems.take();
}

std::vector<FieldProblem> problems_of(const PasswordChange& change) {
  Problems problems;
  problems.require(is_password(change.new_password), "new_password", "must have 8 to 128 characters");
  problems.require(change.new_password != change.current_password, "new_password", "must be another one");
  return problems.take();
}

std::vector<FieldProblem> problems_of(const ProfileChange& change) {
  Problems problems;
  problems.require(!change.email || is_email(*change.email), "email", kEmailRule);
  problems.require(!change.phone || change.phone->empty() || is_phone(*change.phone), "phone", kPhoneRule);
  problems.require(!change.locale || is_locale(*change.locale), "locale", kLocaleRule);
  problems.require(!change.channels || are_channels(*change.channels), "channels", "must be a list of distinct channels: email");
  return problems.take();
}

}  // namespace ordo::identity
