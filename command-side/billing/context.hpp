#pragma once
// Purpose: connects the wallets' decider to the log: reads USERS, COMMANDS and ORDERS, appends to BILLING.

#include <memory>

#include "command-side/runtime/context.hpp"

namespace ordo::billing {

[[nodiscard]] std::unique_ptr<runtime::Context> make_context();

}  // namespace ordo::billing
