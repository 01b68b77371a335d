#pragma once
// Purpose: the history of one order: every event of it, from the command to the letter.
// Errors and threads: as orders.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/time.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::orders {

// Where an event stands in the log.
struct EventPlace {
  std::string stream;  // "ORDERS-2"
  std::uint64_t sequence = 0;
  std::uint32_t index = 0;
  friend auto operator<=>(const EventPlace&, const EventPlace&) = default;
};

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

// Oldest first, and a cause always before its effect, whatever the clocks of the machines said. Empty: no such order.
[[nodiscard]] Result<std::vector<HistoryEntry>> order_history(postgres::Pool& pool, OrderId order);

// Puts entries into that order. For `order_history`; pure.
[[nodiscard]] std::vector<HistoryEntry> in_causal_order(std::vector<HistoryEntry> entries);

}  // namespace ordo::orders
