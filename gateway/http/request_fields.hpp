#pragma once
// Purpose: reads the header fields that every request may carry.
// Threads: plain functions; those that make ids may be called from every thread.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/headers.hpp"
#include "gateway/http/problem.hpp"

namespace ordo::http {

inline constexpr std::chrono::seconds kPreferWaitMax{30};
inline constexpr std::size_t kIdempotencyKeyBytesMax = 255;
inline constexpr std::size_t kCorrelationIdBytesMax = 128;

// `wait` of RFC 7240, capped at 30 s; what cannot be understood counts as not said.
[[nodiscard]] std::optional<std::chrono::seconds> parse_prefer_wait(const Headers& headers);

// Nothing where there is none; 1–255 printable ASCII characters, bare or quoted.
[[nodiscard]] Result<std::optional<std::string>, Problem> parse_idempotency_key(const Headers& headers);

// 1–128 characters of [A-Za-z0-9._-].
[[nodiscard]] bool is_correlation_id(std::string_view text);
[[nodiscard]] std::string correlation_id_of(const Headers& headers);

// W3C trace context, level 1.
[[nodiscard]] bool is_traceparent(std::string_view text);
[[nodiscard]] std::string traceparent_of(const Headers& headers);

// application/json, with charset=utf-8 or no parameter at all.
[[nodiscard]] bool is_json_media_type(std::string_view content_type);

// Whether If-None-Match names the entity tag (weak comparison) or is "*".
[[nodiscard]] bool matches_entity_tag(std::string_view if_none_match, std::string_view etag);

}  // namespace ordo::http
