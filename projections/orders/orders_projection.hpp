#pragma once
// Purpose: the lane `orders`: COMMANDS and ORDERS to the tables `orders` and `order_timeline`.

#include "projections/runtime/projection.hpp"

namespace ordo::projections {

[[nodiscard]] LaneDefinition orders_lane();
[[nodiscard]] std::string_view orders_tables();
[[nodiscard]] std::vector<BulkTable> orders_bulk_tables();

}  // namespace ordo::projections
