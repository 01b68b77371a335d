#pragma once
// Purpose: connects the orders' decider to the log: reads COMMANDS and BILLING, appends to ORDERS.

#include <memory>

#include "command-side/runtime/context.hpp"

namespace ordo::orders {

[[nodiscard]] std::unique_ptr<runtime::Context> make_context();

}  // namespace ordo::orders
