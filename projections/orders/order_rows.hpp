#pragma once
// Purpose: orders, folded: one row per order that a batch speaks of, as its last event in the batch leaves it. An order that is
//          made and paid within a batch is written once. An update without items leaves items, total and all that belongs to the
//          order's request as the row has them.
// Threads: one.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/orders/events.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::projections {

struct OrderRow {
  orders::Purchase purchase;
  orders::Status status = orders::Status::new_;
  std::optional<OperationId> payment_operation_id;
  std::optional<orders::CancelReason> cancel_reason;
  Timestamp created_at;
  Timestamp updated_at;
  std::uint32_t version = 0;
  std::optional<CancellationId> cancellation_id = std::nullopt;

  friend bool operator==(const OrderRow&, const OrderRow&) = default;
};

class OrderRows {
 public:
  explicit OrderRows(std::string_view schema);

  // `time`: of the event.
  void add(const orders::OrderCreateRequested& command, Timestamp time);
  void add(const orders::OrderPending& pending, Timestamp time);
  void add(const orders::OrderUpdateMessage& update, Timestamp time);

  [[nodiscard]] const std::vector<OrderRow>& rows() const { return rows_; }
  [[nodiscard]] Result<void> write(postgres::Transaction& transaction) const;
  // Into a table without keys, as parts of orders, which `orders_bulk_tables` puts together.
  [[nodiscard]] Result<void> copy(postgres::Transaction& transaction) const;
  void clear();

 private:
  void put(OrderRow row);
  [[nodiscard]] Result<void> upsert(postgres::Transaction& transaction) const;
  [[nodiscard]] Result<void> update(postgres::Transaction& transaction) const;

  std::string upsert_;
  std::string update_;
  std::string copy_;
  std::vector<OrderRow> rows_;
  std::unordered_map<OrderId, std::size_t> places_;
};

}  // namespace ordo::projections
