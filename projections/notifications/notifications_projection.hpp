#pragma once
// Purpose: the lane `notifications`: NOTIFICATIONS to the table `notifications` and to the timeline of the letters' orders.

#include "projections/runtime/projection.hpp"

namespace ordo::projections {

[[nodiscard]] LaneDefinition notifications_lane();
[[nodiscard]] std::string_view notifications_tables();
[[nodiscard]] std::vector<BulkTable> notifications_bulk_tables();

}  // namespace ordo::projections
