#pragma once
// Purpose: reads the head of an HTTP/1 request strictly (RFC 9112), so that nobody in front of us and we ever disagree
//          where a request ends: one Content-Length of digits only, no Transfer-Encoding (411: a proxy sends the length),
//          no bare CR or LF, no folded lines, no blanks before the colon, exactly one Host.
// Errors: a refusal carries the header fields that could be read, for the correlation id of its answer. After one the
//         connection must be closed: where the next request would start is not known.
// Threads: plain functions.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/headers.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/http/request.hpp"

namespace ordo::http {

inline constexpr std::size_t kHeadBytesMax = std::size_t{16} * 1024;
inline constexpr std::size_t kTargetBytesMax = std::size_t{8} * 1024;
inline constexpr std::size_t kBodyBytesMax = std::size_t{64} * 1024;

struct RequestHead {
  Method method = Method::other;
  std::string path;
  std::string query_text;
  Headers headers;
  std::size_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;
  std::size_t bytes = 0;  // of the head itself, its empty line included
};

struct HeadRefusal {
  Problem problem;
  Headers headers;
};

// Nothing while the head is not complete.
[[nodiscard]] Result<std::optional<RequestHead>, HeadRefusal> read_request_head(std::string_view received);

}  // namespace ordo::http
