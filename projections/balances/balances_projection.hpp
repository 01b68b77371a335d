#pragma once
// Purpose: the lane `balances`: BILLING to the tables `balances`, `operations`, `refused_operations` and `account_requests`, and
//          payments and refunds to the timeline of their orders.

#include "projections/runtime/projection.hpp"

namespace ordo::projections {

[[nodiscard]] LaneDefinition balances_lane();
[[nodiscard]] std::string_view balances_tables();
[[nodiscard]] std::vector<BulkTable> balances_bulk_tables();

}  // namespace ordo::projections
