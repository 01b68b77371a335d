#include "gateway/http/problem.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ordo::http {
namespace {

using enum ProblemCode;

constexpr std::array kProblems{
    ProblemKind{malformed_request, "malformed_request", 400, "The request is malformed"},
    ProblemKind{malformed_url, "malformed_url", 400, "The URL is malformed"},
    ProblemKind{malformed_json, "malformed_json", 400, "The body is not valid JSON"},
    ProblemKind{invalid_parameter, "invalid_parameter", 400, "A parameter of the URL is not valid"},
    ProblemKind{invalid_cursor, "invalid_cursor", 400, "The cursor is not valid"},
    ProblemKind{invalid_position, "invalid_position", 400, "The position is not valid"},
    ProblemKind{invalid_event_id, "invalid_event_id", 400, "The Last-Event-ID is not valid"},
    ProblemKind{invalid_idempotency_key, "invalid_idempotency_key", 400, "The Idempotency-Key is not valid"},
    ProblemKind{request_timeout, "request_timeout", 408, "The request took too long to arrive"},
    ProblemKind{length_required, "length_required", 411, "The request needs a Content-Length"},
    ProblemKind{payload_too_large, "payload_too_large", 413, "The body is too large"},
    ProblemKind{uri_too_long, "uri_too_long", 414, "The URL is too long"},
    ProblemKind{unsupported_media_type, "unsupported_media_type", 415, "The media type is not supported"},
    ProblemKind{expectation_failed, "expectation_failed", 417, "The expectation cannot be met"},
    ProblemKind{headers_too_large, "headers_too_large", 431, "The header fields are too large"},
    ProblemKind{version_not_supported, "version_not_supported", 505, "The HTTP version is not supported"},

    ProblemKind{unauthenticated, "unauthenticated", 401, "Authentication is required"},
    ProblemKind{invalid_token, "invalid_token", 401, "The access token is not valid"},
    ProblemKind{invalid_credentials, "invalid_credentials", 401, "User name or password is wrong"},
    ProblemKind{forbidden, "forbidden", 403, "This is not allowed"},
    ProblemKind{not_found, "not_found", 404, "Not found"},
    ProblemKind{method_not_allowed, "method_not_allowed", 405, "The method is not allowed here"},
    ProblemKind{rate_limited, "rate_limited", 429, "Too many requests"},

    ProblemKind{validation_failed, "validation_failed", 422, "The body breaks a rule"},
    ProblemKind{idempotency_key_reused, "idempotency_key_reused", 422,
                "The Idempotency-Key belongs to another request"},
    ProblemKind{username_taken, "username_taken", 409, "The user name is taken"},
    ProblemKind{order_not_cancellable, "order_not_cancellable", 409, "The order can no longer be cancelled"},
    ProblemKind{insufficient_funds, "insufficient_funds", 402, "Not enough money"},
    ProblemKind{no_account, "no_account", 402, "There is no account to pay from"},
    ProblemKind{currency_mismatch, "currency_mismatch", 402, "The account is kept in another currency"},

    ProblemKind{internal_error, "internal_error", 500, "Something went wrong on our side"},
    ProblemKind{overloaded, "overloaded", 503, "Too much to do right now"},
    ProblemKind{unavailable, "unavailable", 503, "A part of the system cannot be reached"},
    ProblemKind{projection_lagging, "projection_lagging", 503, "The read side has not caught up yet"},
    ProblemKind{shutting_down, "shutting_down", 503, "This server is stopping"},
};

constexpr bool rows_stand_at_their_code() {
  return std::ranges::all_of(kProblems,
                             [](const ProblemKind& kind) {
                               return std::ranges::count(kProblems, kind.code, &ProblemKind::code) == 1;
                             }) &&
         kProblems.size() == static_cast<std::size_t>(shutting_down) + 1;
}
static_assert(rows_stand_at_their_code(), "every code stands in the table exactly once");

constexpr int kRetryAfterSeconds = 1;

}  // namespace

std::span<const ProblemKind> problem_table() { return kProblems; }

const ProblemKind& kind_of(ProblemCode code) { return *std::ranges::find(kProblems, code, &ProblemKind::code); }

Problem problem(ProblemCode code, std::string detail) {
  Problem made;
  made.code = code;
  made.detail = std::move(detail);
  return made;
}

tl::unexpected<Problem> refused(ProblemCode code, std::string detail) {
  return tl::unexpected<Problem>(problem(code, std::move(detail)));
}

Problem try_again(ProblemCode code, std::string detail, int retry_after_seconds) {
  Problem made = problem(code, std::move(detail));
  made.headers.push_back({"Retry-After", std::to_string(retry_after_seconds)});
  return made;
}

Problem problem_of(const Failure& failure) {
  if (!failure.retryable()) return problem(internal_error, "The request could not be completed.");
  return try_again(unavailable, "The request could not be completed now; try again.", kRetryAfterSeconds);
}

}  // namespace ordo::http
