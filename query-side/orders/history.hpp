#pragma once
// Purpose: the history of one order: every event of it, from the command to the letter.
// Errors and threads: as orders.hpp.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/time.hpp"
#include "query-side/event_place.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::orders {

struct HistoryEntry {
  EventPlace place;
  std::string type;  // "OrderPending.v1"
  EventId event_id;
  UserId user_id;  // whose order it is
  std::optional<EventPlace> cause;
  std::string correlation_id;
  std::optional<UserId> actor;
  Timestamp occurred_at;
  std::string data_json;
};

struct History {
  std::vector<HistoryEntry> entries;
  bool degraded = false;  // an event of the order is parked: it is not among these
};

// Oldest first, and a cause always before its effect, whatever the clocks of the machines said. Empty: no such order.
[[nodiscard]] Result<History> order_history(postgres::Pool& pool, OrderId order);

// What the status changes of each order are and follow from, one place for each stream, the last one: whoever reads after these
// sees the order as it has become, and the wallet after it. Orders without a status change are not there.
[[nodiscard]] Result<std::map<OrderId, std::vector<EventPlace>>> status_changes(postgres::Pool& pool,
                                                                              const std::vector<OrderId>& orders);

// Puts entries into that order. For `order_history`; pure.
[[nodiscard]] std::vector<HistoryEntry> in_causal_order(std::vector<HistoryEntry> entries);

}  // namespace ordo::orders
