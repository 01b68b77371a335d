#pragma once
// Purpose: what happened, as JSON for people; and the gist of it in one line.
// Threads: pure functions.

#include <string>

#include "events/parking/events.hpp"

namespace ordo::parking {

[[nodiscard]] std::string describe(const Event& event);
[[nodiscard]] std::string describe(const ReleaseRequested& request);

// "parked after 3 attempts: …"
[[nodiscard]] std::string summary(const Event& event);
[[nodiscard]] std::string summary(const ReleaseRequested& request);

// "none", "first", "all"
[[nodiscard]] std::string_view text(Discard discard);

}  // namespace ordo::parking
