#pragma once
// Purpose: what readers ask about orders. The answers come from the read model (schema `read`), so they may lag behind the log.
// Units: money in minor units. Errors: as query-side/postgres/connection.hpp; "there is none" is no error.
// Threads: every function may be called from every thread; it borrows one connection of the pool for one statement.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/money.hpp"
#include "events/vocabulary/result.hpp"
#include "events/vocabulary/time.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::orders {

struct OrderView {
  OrderId order_id;
  UserId user_id;
  std::string status;      // NEW, PENDING, PAID, CANCELLED, REFUNDED
  std::string items_json;  // the array, in the shape that clients know
  Money total;
  std::optional<OperationId> payment_operation_id;
  std::optional<std::string> cancel_reason;
  Timestamp created_at;
  Timestamp updated_at;
  std::uint32_t version = 0;  // grows with every change of the order
  IdBytes fingerprint{};      // of the body it was asked for with
  std::optional<CancellationId> cancellation_id = std::nullopt;  // the request that it was cancelled for
  bool degraded = false;      // an event of it is parked: it may be behind what has happened
};

// The place of an order in a list, newest first: what a cursor holds.
struct OrderKey {
  Timestamp created_at;
  OrderId order_id;
  friend bool operator==(const OrderKey&, const OrderKey&) = default;
};

struct OrderFilter {
  std::optional<UserId> user_id;  // nobody: everyone's
  std::optional<std::string> status;
};

struct OrderPageRequest {
  std::size_t limit = 20;
  std::size_t offset = 0;
  std::optional<OrderKey> after;  // the list goes on behind this order
};

struct OrderPage {
  std::vector<OrderView> orders;
  std::optional<OrderKey> next;  // nothing on the last page
};

[[nodiscard]] Result<std::optional<OrderView>> find_order(postgres::Pool& pool, OrderId order);

// Those that are there, in no order.
[[nodiscard]] Result<std::vector<OrderView>> find_orders(postgres::Pool& pool, const std::vector<OrderId>& orders);

[[nodiscard]] Result<OrderPage> list_orders(postgres::Pool& pool, const OrderFilter& filter, const OrderPageRequest& page);

}  // namespace ordo::orders
