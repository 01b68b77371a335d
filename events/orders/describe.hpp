#pragma once
// Purpose: what happened, as JSON for people: an order's history and the operator's command line show the same; and the gist of it in
//          one line.
// Threads: pure functions.

#include <string>

#include "events/orders/events.hpp"

namespace ordo::orders {

[[nodiscard]] std::string describe(const Command& command);
[[nodiscard]] std::string describe(const Event& event);

// "CANCELLED: INSUFFICIENT_FUNDS"
[[nodiscard]] std::string summary(const Command& command);
[[nodiscard]] std::string summary(const Event& event);

[[nodiscard]] OrderId order_of(const Event& event);

}  // namespace ordo::orders
