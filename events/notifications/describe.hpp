#pragma once
// Purpose: what happened, as JSON for people: an order's history and the operator's command line show the same; and the gist of it in
//          one line.
// Threads: pure functions.

#include <string>

#include "events/notifications/events.hpp"

namespace ordo::notifications {

[[nodiscard]] std::string describe(const Event& event);

// "letter_of_happiness in en, attempt 2"
[[nodiscard]] std::string summary(const Event& event);

}  // namespace ordo::notifications
