#include "gateway/http/cors.hpp"

#include <algorithm>

namespace ordo::http {
namespace {

constexpr const char* kMethods = "GET, HEAD, POST, PATCH, DELETE";
constexpr const char* kRequestHeaders =
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, Ordo-After, Prefer, traceparent, X-Correlation-Id";
// Those beyond the few that a page may always read.
constexpr const char* kAnswerHeaders =
    "ETag, Idempotency-Replayed, Link, Location, Ordo-Position, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, "
    "WWW-Authenticate, X-Correlation-Id";
constexpr const char* kAskedAgainAfterSeconds = "600";

// As a browser writes it (RFC 6454): scheme, host in lower case, port unless it is the scheme's own; no path, not even "/".
bool is_origin(std::string_view text) {
  const auto colon = text.find("://");
  const auto scheme = text.substr(0, colon);
  if (colon == std::string_view::npos || (scheme != "http" && scheme != "https")) return false;
  const auto host = text.substr(colon + 3);
  return !host.empty() && host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == std::string_view::npos;
}

}  // namespace

Result<Cors> Cors::parse(std::string_view origins) {
  Cors cors;
  while (!origins.empty()) {
    const auto comma = origins.find(',');
    const auto part = trimmed(origins.substr(0, comma));
    if (part == "*") {
      cors.everybody_ = true;
    } else if (is_origin(part)) {
      cors.origins_.emplace_back(part);
    } else {
      return failure(FailureKind::corrupt, "'" + std::string(part) + "' is no origin; say https://shop.example, or *");
    }
    origins.remove_prefix(comma == std::string_view::npos ? origins.size() : comma + 1);
  }
  return cors;
}

bool Cors::allows(std::string_view origin) const { return everybody_ || std::ranges::find(origins_, origin) != origins_.end(); }

Headers Cors::headers(const Request& request) const {
  if (off()) return {};
  Headers headers;
  // A cache must not give the answer for one origin to another.
  if (!everybody_) headers.push_back({"Vary", "Origin"});
  const auto origin = request.header("Origin");
  if (!origin || !allows(*origin)) return headers;
  headers.push_back({"Access-Control-Allow-Origin", everybody_ ? "*" : std::string(*origin)});
  headers.push_back({"Access-Control-Expose-Headers", kAnswerHeaders});
  return headers;
}

std::optional<Response> Cors::preflight(const Request& request) const {
  const auto origin = request.header("Origin");
  if (request.method != Method::options || !origin || !request.header("Access-Control-Request-Method")) return std::nullopt;
  if (off() || !allows(*origin)) return std::nullopt;
  auto response = empty_response(204);
  response.with("Access-Control-Allow-Methods", kMethods)
      .with("Access-Control-Allow-Headers", kRequestHeaders)
      .with("Access-Control-Max-Age", kAskedAgainAfterSeconds);
  return response;
}

}  // namespace ordo::http
