#pragma once
// Purpose: what an order was after some of its events: the row that the projection makes of them, made by the projection itself.
// Errors:  corrupt for an event that this version cannot read.
// Threads: pure functions.

#include <optional>
#include <vector>

#include "events/log/logged_event.hpp"
#include "projections/orders/order_rows.hpp"

namespace ordo::projections {

// Requires: the events are of one order. Nothing: none of them makes a row, so the order was not there yet.
[[nodiscard]] Result<std::optional<OrderRow>> order_after(const std::vector<log::LoggedEvent>& events);

}  // namespace ordo::projections
