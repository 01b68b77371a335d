#pragma once
// Purpose: reads JSON without building it: what a NATS server answers with, and lines that this program wrote. Strict: anything that is
//          not JSON is refused. (The gateway, which reads what strangers write, has its own reader.)
// Threads: none of its own.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ordo {

// Called for every string, number, true, false and null with its path: "config.subjects.0". Strings come unescaped. The views
// hold only during the call.
using JsonVisit = std::function<void(std::string_view path, std::string_view value)>;

// False: not JSON, or nested deeper than 16 levels, or with characters beyond the basic plane in escapes; what stands before
// the fault has been visited.
[[nodiscard]] bool visit_json(std::string_view text, const JsonVisit& visit);

// All of it as path → value.
using FlatJson = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] std::optional<FlatJson> flatten_json(std::string_view text);

}  // namespace ordo
