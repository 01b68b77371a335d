#include "events/identity/rules.hpp"

#include <catch2/catch.hpp>

using namespace ordo::identity;

namespace {

NewUser good() { return {.username = "ann", .password = "12345678", .email = "a@b"}; }

std::vector<std::string> fields(const std::vector<FieldProblem>& problems) {
  std::vector<std::string> names;
  for (const auto& problem : problems) names.push_back(problem.field);
  return names;
}

}  // namespace

TEST_CASE("a username has 3 to 32 letters, digits and marks, and begins with a letter") {
  for (const auto* name : {"ann", "Ann_Lee", "a.b-c_9", "abcdefghijklmnopqrstuvwxyz012345"}) CHECK(is_username(name));
  for (const auto* name : {"", "an", "9ann", "_ann", "ann lee", "ann@", "änn", "ann\n", "abcdefghijklmnopqrstuvwxyz0123456"}) {
    CHECK_FALSE(is_username(name));
  }
}

TEST_CASE("an address that could end a mail header, or needs quoting, is none") {
  for (const auto* email : {"a@b", "ann.lee+shop@mail.example.org", "x@sub-domain.example"}) CHECK(is_email(email));
  for (const auto* email : {"", "ann", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "a\n@b", "a@b c", "\"a\"@b", "<a@b>", "a@.b", "a@b.",
                            "a@b..c", "a@-b", "анна@пример.рф", "a,b@c"}) {
    CHECK_FALSE(is_email(email));
  }
  CHECK(is_email(std::string(64, 'a') + "@" + std::string(189, 'b')));
  CHECK_FALSE(is_email(std::string(64, 'a') + "@" + std::string(190, 'b')));
  CHECK_FALSE(is_email(std::string(65, 'a') + "@b"));
}

TEST_CASE("a phone number is international") {
  for (const auto* phone : {"+4917012", "+491701234567", "+123456789012345"}) CHECK((is_phone(phone) == (std::string_view(phone).size() >= 8)));
  for (const auto* phone : {"", "+", "491701234567", "+0491701234567", "+49 170 1234567", "+1234567890123456", "+49170123456x"}) {
    CHECK_FALSE(is_phone(phone));
  }
}

TEST_CASE("a password is counted in characters, not in bytes") {
  auto user = good();
  user.password = "пароль!";
  CHECK(fields(problems_of(user)) == std::vector<std::string>{"password"});
  user.password = "пароль!!";
  CHECK(problems_of(user).empty());
  for (const std::size_t size : {128, 129}) {
    user.password.clear();
    for (std::size_t count = 0; count < size; ++count) user.password += "ж";
    CHECK(problems_of(user).empty() == (size == 128));
  }
}

TEST_CASE("all that is wrong is told at once") {
  const NewUser user{.username = "?", .password = "short", .email = "nowhere", .phone = "12", .locale = "tlh"};
  CHECK(fields(problems_of(user)) == std::vector<std::string>{"username", "password", "email", "phone", "locale"});
}

TEST_CASE("a change is held to the same rules, and only what is changed") {
  CHECK(problems_of(ProfileChange{}).empty());
  CHECK(problems_of(ProfileChange{.phone = ""}).empty());
  CHECK(problems_of(ProfileChange{.email = "a@b", .locale = "ru", .channels = {{"email"}}}).empty());
  CHECK(fields(problems_of(ProfileChange{.email = "", .phone = "1", .locale = "", .channels = {{"pigeon"}}})) ==
        std::vector<std::string>{"email", "phone", "locale", "channels"});
  CHECK(fields(problems_of(ProfileChange{.channels = {{"email", "email"}}})) == std::vector<std::string>{"channels"});
}
