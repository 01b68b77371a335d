#pragma once
// Purpose: what a handler answers.
// Threads: plain values.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/body_stream.hpp"
#include "gateway/http/headers.hpp"
#include "gateway/http/problem.hpp"

namespace ordo::http {

struct Response {
  int status = 200;
  std::string content_type;  // none without a body
  std::string body;
  // Location, Retry-After, …; an ETag here makes If-None-Match work. Content-Length, Date and Connection are the
  // server's, X-Correlation-Id the responder's.
  Headers headers;
  bool body_withheld = false;  // set for HEAD: the length of the body is told, the body is not
  // Instead of `body`: called once when the head is written, on the thread that answers, unless the client has left by then or asked
  // for the HEAD. The connection ends with the body, so that its length need not be known.
  std::function<void(std::shared_ptr<BodyStream>)> streams;

  Response& with(std::string name, std::string value);
};

[[nodiscard]] Response json_response(int status, std::string json);
// 204, 304 and the like.
[[nodiscard]] Response empty_response(int status);
[[nodiscard]] Response problem_response(const Problem& problem, std::string_view correlation_id);

// A strong entity tag, quoted: strong_etag("7") is "\"7\"". `version` holds no quote and no control character.
[[nodiscard]] std::string strong_etag(std::string_view version);

}  // namespace ordo::http
