#pragma once
// Purpose: requests about users, checked for their shape and by identity's rules.
// Errors: 400 and 422 as body.hpp.
// Threads: pure functions.

#include <string>
#include <string_view>
#include <variant>

#include "events/identity/questions.hpp"
#include "gateway/http/problem.hpp"

namespace ordo::identity {

[[nodiscard]] Result<NewUser, http::Problem> read_new_user(std::string_view body);
[[nodiscard]] Result<Credentials, http::Problem> read_credentials(std::string_view body);
[[nodiscard]] Result<std::string, http::Problem> read_refresh_token(std::string_view body);
// A change of the profile: members that are absent stay as they are; `"phone": null` takes the number away. Or one of the password:
// `current_password` and `new_password`, which are changed by themselves.
using OwnChange = std::variant<ProfileChange, PasswordChange>;
[[nodiscard]] Result<OwnChange, http::Problem> read_own_change(std::string_view body, UserId user);

}  // namespace ordo::identity
