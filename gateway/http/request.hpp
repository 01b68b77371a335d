#pragma once
// Purpose: a request as handlers see it: decoded, checked, and with the identity of who asks.
// Threads: plain values.

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/time.hpp"
#include "gateway/http/headers.hpp"

namespace ordo::http {

enum class Method { get, head, post, put, patch, remove, options, other };

[[nodiscard]] Method parse_method(std::string_view text);
[[nodiscard]] std::string_view text(Method method);

// Who asks, as the token says.
struct Principal {
  UserId user_id;
  std::string username;
  std::vector<std::string> roles;
  // How long the token is accepted; an answer that takes longer ends then.
  Timestamp accepted_until{std::numeric_limits<std::int64_t>::max()};

  [[nodiscard]] bool has_role(std::string_view role) const;
  [[nodiscard]] bool is_admin() const { return has_role("admin"); }
};

struct Parameter {
  std::string name;
  std::string value;

  friend bool operator==(const Parameter&, const Parameter&) = default;
};

using Parameters = std::vector<Parameter>;

struct Request {
  Method method = Method::get;
  std::string path;            // as it came, not decoded, without the query
  std::string query_text;      // as it came, without '?'
  Parameters path_parameters;  // decoded: "id" of /api/orders/{id}
  Parameters query;            // decoded; no name stands twice
  Headers headers;
  std::string body;

  std::string client_address;                       // as it is counted: client_address.hpp
  std::string correlation_id;                       // the client's, where it is valid, or a new one
  std::string traceparent;                          // likewise
  std::optional<Principal> principal;               // always there on routes that need it
  std::optional<std::chrono::seconds> prefer_wait;  // 0–30
  std::optional<std::string> idempotency_key;       // only on commands; without its quotes

  // The route's pattern must have a parameter of that name.
  [[nodiscard]] const std::string& path_parameter(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> query_parameter(std::string_view name) const;
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

}  // namespace ordo::http
