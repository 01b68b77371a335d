#include "projections/orders/orders_projection.hpp"

#include "events/vocabulary/visit.hpp"
#include "projections/orders/order_rows.hpp"
#include "projections/orders/schema_sql.hpp"
#include "projections/orders/timeline_rows.hpp"
#include "projections/parking/parked_key_rows.hpp"

namespace ordo::projections {
namespace {

// As the statements of `OrderRows`: a row gives way only to a later version, the first of equals stays, and one without items changes
// what is there. Parts without a whole row among them are of an order that is not shown.
constexpr std::string_view kUnite = R"sql(
with parts as (
  delete from {0}.orders as part using (
    select order_id from {0}.orders group by order_id having count(*) > 1 or bool_or(items is null)) as torn
  where part.order_id = torn.order_id
  returning part.*, age(part.xmin) as written_before),
united as (
  select distinct on (order_id) order_id, first_value(user_id) over whole_first as user_id, status,
    first_value(items) over whole_first as items, first_value(total) over whole_first as total,
    first_value(currency) over whole_first as currency,
    first_value(payment_operation_id) over (partition by order_id order by payment_operation_id is null, version desc, written_before desc)
      as payment_operation_id,
    first_value(cancel_reason) over (partition by order_id order by cancel_reason is null, version desc, written_before desc)
      as cancel_reason,
    first_value(created_at) over whole_first as created_at, updated_at, version,
    first_value(fingerprint) over whole_first as fingerprint,
    first_value(cancellation_id) over (partition by order_id order by cancellation_id is null, version desc, written_before desc)
      as cancellation_id
  from parts
  window whole_first as (partition by order_id order by items is null, version desc, written_before desc)
  order by order_id, version desc, written_before desc)
insert into {0}.orders (order_id, user_id, status, items, total, currency, payment_operation_id, cancel_reason, created_at, updated_at,
  version, fingerprint, cancellation_id)
select order_id, user_id, status, items, total, currency, payment_operation_id, cancel_reason, created_at, updated_at, version, fingerprint,
  cancellation_id
from united where items is not null)sql";

class OrdersProjection final : public Projection {
 public:
  explicit OrdersProjection(std::string_view schema) : orders_(schema), timeline_(schema), parked_(schema, "orders") {}

  Result<void> add(const log::StreamPosition& at, const log::Event& event) override {
    return at.stream.kind == log::StreamKind::commands ? add_command(event) : add_event(at, event);
  }

  Result<void> write(postgres::Transaction& transaction) override {
    return orders_.write(transaction)
        .and_then([&] { return timeline_.write(transaction); })
        .and_then([&] { return parked_.write(transaction); });
  }

  Result<void> copy(postgres::Transaction& transaction) override {
    return orders_.copy(transaction)
        .and_then([&] { return timeline_.write(transaction); })
        .and_then([&] { return parked_.write(transaction); });
  }

  void clear() override {
    orders_.clear();
    timeline_.clear();
    parked_.clear();
  }

 private:
  Result<void> add_command(const log::Event& event) {
    const auto command = orders::decode_command(event.payload);
    if (!command) return tl::unexpected(command.error());
    if (!*command) return {};  // another context's
    visit(
        **command, [&](const orders::OrderCreateRequested& create) { orders_.add(create, event.time); },
        [](const orders::OrderCancelRequested&) {});  // nothing until it is decided
    return {};
  }

  Result<void> add_event(const log::StreamPosition& at, const log::Event& event) {
    if (parking::is_parking(event.payload)) return add_parking(at, event);
    const auto decoded = orders::decode(event.payload);
    if (!decoded) return tl::unexpected(decoded.error());
    visit(*decoded, [&](const auto& said) {
      orders_.add(said, event.time);
      timeline_.add(at, event, said);
    });
    return {};
  }

  Result<void> add_parking(const log::StreamPosition& at, const log::Event& event) {
    const auto decoded = parking::decode(event.payload);
    if (!decoded) return tl::unexpected(decoded.error());
    parked_.add(*decoded, event.time);
    timeline_.add(at, event, *decoded);
    return {};
  }

  OrderRows orders_;
  TimelineRows timeline_;
  ParkedKeyRows parked_;
};

}  // namespace

LaneDefinition orders_lane() {
  return {"orders",
          {log::StreamKind::commands, log::StreamKind::orders},
          [](const std::string& schema) { return std::make_unique<OrdersProjection>(schema); },
          {{"orders"}, {"order_timeline", "stream like 'COMMANDS-%' or stream like 'ORDERS-%'"}, {"parked_keys", "context = 'orders'"}}};
}

std::string_view orders_tables() { return kOrdersSchema; }

std::vector<BulkTable> orders_bulk_tables() {
  return {{"order_timeline"},
          {"orders", {"items", "total", "currency", "created_at", "fingerprint"}, std::string(kUnite)}};
}

}  // namespace ordo::projections
