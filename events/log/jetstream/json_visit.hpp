#pragma once
// Purpose: reads the JSON that a NATS server answers with. Strict: anything that is not JSON is refused.
// Threads: none of its own.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ordo::log::jetstream {

// Called for every string, number, true, false and null with its path: "config.subjects.0". Strings come unescaped. The views
// hold only during the call.
using JsonVisit = std::function<void(std::string_view path, std::string_view value)>;

// False: not JSON, or nested deeper than 16 levels, or with characters beyond the basic plane in escapes; what stands before
// the fault has been visited.
[[nodiscard]] bool visit_json(std::string_view text, const JsonVisit& visit);

// All of it as path → value.
using FlatJson = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] std::optional<FlatJson> flatten_json(std::string_view text);

}  // namespace ordo::log::jetstream
