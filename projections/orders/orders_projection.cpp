#include "projections/orders/orders_projection.hpp"

#include "events/vocabulary/visit.hpp"
#include "projections/orders/order_rows.hpp"
#include "projections/orders/schema_sql.hpp"
#include "projections/orders/timeline_rows.hpp"
#include "projections/parking/parked_key_rows.hpp"

namespace ordo::projections {
namespace {

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

}  // namespace ordo::projections
