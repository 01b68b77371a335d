#pragma once
// Purpose: takes URLs apart and decodes them.
// Errors: a broken %-escape, U+0000 and bytes that are not UTF-8 are 400 `malformed_url`.
// Threads: plain functions.

#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/problem.hpp"
#include "gateway/http/request.hpp"

namespace ordo::http {

[[nodiscard]] bool is_utf8(std::string_view text);

// "/api/orders/a%20b" → {"api", "orders", "a b"}; an escaped slash stays inside its segment.
[[nodiscard]] Result<std::vector<std::string>, Problem> parse_path(std::string_view path);

// "a=1&b=x+y" → {a: "1"}, {b: "x y"}; a name that stands twice is refused, for nobody can say which one is meant.
[[nodiscard]] Result<Parameters, Problem> parse_query(std::string_view query);

}  // namespace ordo::http
