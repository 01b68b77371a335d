#pragma once
// Purpose: who may read what: everybody their own, an admin everybody's. What is someone else's looks as if it were not there, so
//          that nobody learns what there is.
// Threads: plain functions.

#include <optional>
#include <string>
#include <utility>

#include "gateway/http/problem.hpp"
#include "gateway/http/request.hpp"

namespace ordo::reads {

[[nodiscard]] inline bool may_read(const http::Principal& reader, UserId owner) {
  return reader.user_id == owner || reader.is_admin();
}

[[nodiscard]] inline http::Problem not_found(std::string detail) {
  return http::problem(http::ProblemCode::not_found, std::move(detail));
}

// Whose list is wanted: one's own unless another user is named.
[[nodiscard]] inline Result<UserId, http::Problem> owner_of_list(const http::Principal& reader, std::optional<UserId> named) {
  const auto owner = named.value_or(reader.user_id);
  if (!may_read(reader, owner)) return tl::unexpected(not_found("There is no such user."));
  return owner;
}

}  // namespace ordo::reads
