#pragma once
// Purpose: what happened, as JSON for people: an order's history and the operator's command line show the same.
// Threads: pure functions.

#include <string>

#include "events/billing/events.hpp"

namespace ordo::billing {

[[nodiscard]] std::string describe(const Command& command);
[[nodiscard]] std::string describe(const Event& event);

}  // namespace ordo::billing
