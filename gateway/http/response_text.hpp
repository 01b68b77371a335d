#pragma once
// Purpose: an answer as it goes over the wire (RFC 9112).
// Threads: plain functions.

#include <string>

#include "gateway/http/response.hpp"

namespace ordo::http {

inline constexpr const char* kContinueText = "HTTP/1.1 100 Continue\r\n\r\n";

// Control characters in the values of header fields become blanks: no value can begin a header field of its own.
[[nodiscard]] std::string response_text(const Response& response, bool keep_alive);

}  // namespace ordo::http
