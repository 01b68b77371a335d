#pragma once
// Purpose: a parsed JSON text, as `Body` reads it. Inside this folder only.
// Errors: `parse_json` answers 400 `malformed_json`; what is JSON but can never be stored (U+0000, a number beyond every
//         type) is recorded beside the value, to be told together with the other errors.
// Threads: plain values.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/http/field_errors.hpp"
#include "gateway/http/problem.hpp"

namespace ordo::http {

struct JsonNull {};

// A number that is no integer of 64 bits: a fraction, an exponent, or too large. 19.0 is one: money is counted.
struct JsonFraction {};

struct JsonValue;
struct JsonMember;
using JsonArray = std::vector<JsonValue>;
using JsonObject = std::vector<JsonMember>;

struct JsonValue {
  std::variant<JsonNull, bool, std::int64_t, JsonFraction, std::string, JsonArray, JsonObject> content;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

struct ParsedJson {
  JsonValue root;
  FieldErrors errors;
};

[[nodiscard]] Result<ParsedJson, Problem> parse_json(std::string_view text);

// "/items/0" and "a/b" make "/items/0/a~1b" (RFC 6901).
[[nodiscard]] std::string child_pointer(std::string_view parent, std::string_view name);

}  // namespace ordo::http
