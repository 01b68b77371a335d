#pragma once
// Purpose: what names, passwords and contact data have to look like. Identity has the last word; the gateway asks the same rules, so that
//          all that is wrong with a request is told at once.
//   username  3–32 of [A-Za-z0-9._-], beginning with a letter
//   password  8–128 characters
//   email     at most 254 printable ASCII characters, one @ with something on both sides, nothing that needs quoting
//   phone     E.164: + and 7–15 digits, the first not 0; or empty
//   locale    "en" or "ru"
//   channels  "email", at most once
// Answers every problem there is, none when all is well.
// Threads: plain functions.

#include <string_view>
#include <vector>

#include "events/identity/questions.hpp"

namespace ordo::identity {

[[nodiscard]] std::vector<FieldProblem> problems_of(const NewUser& user);
[[nodiscard]] std::vector<FieldProblem> problems_of(const ProfileChange& change);

[[nodiscard]] std::vector<FieldProblem> problems_of(const PasswordChange& change);

[[nodiscard]] bool is_username(std::string_view text);
[[nodiscard]] bool is_email(std::string_view text);
[[nodiscard]] bool is_phone(std::string_view text);

}  // namespace ordo::identity
