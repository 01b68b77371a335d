#pragma once
// Purpose: what happened, as JSON for people.
// Threads: pure functions.

#include <string>

#include "events/parking/events.hpp"

namespace ordo::parking {

[[nodiscard]] std::string describe(const Event& event);
[[nodiscard]] std::string describe(const ReleaseRequested& request);

// "none", "first", "all"
[[nodiscard]] std::string_view text(Discard discard);

}  // namespace ordo::parking
