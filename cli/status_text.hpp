#pragma once
// Purpose: how the system stands, for people and as JSON.
// Threads: pure functions.

#include <string>

#include "cli/system_state.hpp"

namespace ordo::cli {

// `all`: every partition by itself.
[[nodiscard]] std::string status_text(const SystemState& state, bool all, bool coloured);
// {"health", "at", "troubles": […], "instances": […], "owners": […], "streams": […], "deciders": […], "lanes": […], "rebuild": {…}}; the last where there is one
[[nodiscard]] std::string status_json(const SystemState& state);
// A line each: {"health", …}, {"instance", …}, {"stream", …}, {"role", "partition", …}, {"reader", …}, {"rebuild", …}
[[nodiscard]] std::string status_lines(const SystemState& state);

// When there is nothing to look at: why.
[[nodiscard]] std::string down_text(const std::string& why, bool coloured);
[[nodiscard]] std::string down_json(const std::string& why);

}  // namespace ordo::cli
