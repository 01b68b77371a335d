#pragma once
// Purpose: HTTP header fields, in the order in which they came. Names compare without case.
// Threads: plain values.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::http {

struct Header {
  std::string name;
  std::string value;

  friend bool operator==(const Header&, const Header&) = default;
};

using Headers = std::vector<Header>;

[[nodiscard]] bool same_name(std::string_view left, std::string_view right);

// The first field of that name.
[[nodiscard]] std::optional<std::string_view> find_header(std::span<const Header> headers, std::string_view name);
[[nodiscard]] std::size_t count_headers(std::span<const Header> headers, std::string_view name);

// Without the blanks and tabs around it.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace ordo::http
