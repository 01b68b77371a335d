#pragma once
// Purpose: what happened, as JSON for people: an order's history and the operator's command line show the same; and the gist of it in
//          one line.
// Threads: pure functions.

#include <string>

#include "events/billing/events.hpp"

namespace ordo::billing {

[[nodiscard]] std::string describe(const Command& command);
[[nodiscard]] std::string describe(const Event& event);

// "not paid: INSUFFICIENT_FUNDS, the wallet holds 7.00 EUR"
[[nodiscard]] std::string summary(const Command& command);
[[nodiscard]] std::string summary(const Event& event);

}  // namespace ordo::billing
