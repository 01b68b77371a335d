#pragma once
// Purpose: requests about users, checked for their shape. Identity has the last word on what a user name or a password may be.
// Errors: 400 and 422 as body.hpp.
// Threads: pure functions.

#include <string>
#include <string_view>

#include "events/identity/questions.hpp"
#include "gateway/http/problem.hpp"

namespace ordo::identity {

[[nodiscard]] Result<NewUser, http::Problem> read_new_user(std::string_view body);
[[nodiscard]] Result<Credentials, http::Problem> read_credentials(std::string_view body);
[[nodiscard]] Result<std::string, http::Problem> read_refresh_token(std::string_view body);
// Members that are absent stay as they are; `"phone": null` takes the number away.
[[nodiscard]] Result<ProfileChange, http::Problem> read_profile_change(std::string_view body, UserId user);

// One "@" with something on both sides, no blanks and no control characters: what could not harm a letter. Whether mail
// arrives there only mail can tell.
[[nodiscard]] bool is_mail_address(std::string_view text);

}  // namespace ordo::identity
