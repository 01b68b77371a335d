#pragma once
// Purpose: what identity answers, as clients see it.
// Threads: pure functions.

#include "events/identity/questions.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/http/response.hpp"

namespace ordo::identity {

// 200, with its ETag.
[[nodiscard]] http::Response profile_response(const Profile& profile);
[[nodiscard]] http::Response registered_response(const Profile& profile);
// Never to be kept by a cache.
[[nodiscard]] http::Response tokens_response(const Tokens& tokens);

[[nodiscard]] http::Problem problem_of(const Refusal& refusal);

}  // namespace ordo::identity
