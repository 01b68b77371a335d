#pragma once
// Purpose: what happened, as JSON for people: an order's history and the operator's command line show the same.
// Threads: pure functions.

#include <string>

#include "events/orders/events.hpp"

namespace ordo::orders {

[[nodiscard]] std::string describe(const OrderCreateRequested& command);
[[nodiscard]] std::string describe(const OrderCancelRequested& command);
[[nodiscard]] std::string describe(const Event& event);
[[nodiscard]] OrderId order_of(const Event& event);

}  // namespace ordo::orders
