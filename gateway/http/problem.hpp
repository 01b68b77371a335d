#pragma once
// Purpose: errors as clients see them: RFC 9457 problem details. One table says which code has which status.
//          A code is part of the contract: never rename one, only add.
// Threads: plain values.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/result.hpp"
#include "gateway/http/headers.hpp"

namespace ordo::http {

enum class ProblemCode : std::uint8_t {
  // the request cannot be read
  malformed_request,
  malformed_url,
  malformed_json,
  invalid_parameter,
  invalid_cursor,
  invalid_position,
  invalid_event_id,
  invalid_idempotency_key,
  request_timeout,
  length_required,
  payload_too_large,
  uri_too_long,
  unsupported_media_type,
  expectation_failed,
  headers_too_large,
  version_not_supported,
  // the request cannot be allowed
  unauthenticated,
  invalid_token,
  invalid_credentials,
  forbidden,
  not_found,
  method_not_allowed,
  rate_limited,
  // the request cannot be done
  validation_failed,
  idempotency_key_reused,
  username_taken,
  order_not_cancellable,
  insufficient_funds,
  no_account,
  currency_mismatch,
  // we cannot do it now
  internal_error,
  overloaded,
  unavailable,
  projection_lagging,
  shutting_down,
};

struct ProblemKind {
  ProblemCode code;
  std::string_view text;  // the stable `code`
  int status;
  std::string_view title;
};

[[nodiscard]] std::span<const ProblemKind> problem_table();
[[nodiscard]] const ProblemKind& kind_of(ProblemCode code);

// What is wrong with one part of a body; `pointer` is a JSON Pointer (RFC 6901), "" for the whole.
struct FieldError {
  std::string pointer;
  std::string detail;

  friend bool operator==(const FieldError&, const FieldError&) = default;
};

// One more member of the problem, its value rendered as JSON already: {"order", "{…}"}.
struct ProblemMember {
  std::string name;
  std::string json;
};

struct Problem {
  ProblemCode code = ProblemCode::internal_error;
  std::string detail;  // for people; says nothing internal
  std::vector<FieldError> errors;
  std::optional<ProblemMember> member;
  Headers headers;  // Allow, Retry-After, …
};

[[nodiscard]] Problem problem(ProblemCode code, std::string detail);
[[nodiscard]] tl::unexpected<Problem> refused(ProblemCode code, std::string detail);

// A 503 that says when to come again.
[[nodiscard]] Problem try_again(ProblemCode code, std::string detail, int retry_after_seconds);
// What a client hears of broken infrastructure: 503 where another try may help, else 500. The failure's text stays here.
[[nodiscard]] Problem problem_of(const Failure& failure);

}  // namespace ordo::http
