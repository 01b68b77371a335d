#include "command-side/orders/order_book_state.hpp"

#include "tests/command-side/saved_state.hpp"

namespace ordo::orders {
namespace {

const Currency kEuro = *Currency::parse("EUR");
const UserId kAnna = UserId::derived("test", {"anna"});
constexpr unsigned kOrders = 200;

OrderId any_order(std::mt19937& random) { return OrderId::derived("order", {std::to_string(random() % kOrders)}); }

Purchase purchase_of(OrderId order) { return {order, kAnna, {{"tea", "Green tea", 2, 500}}, {1000, kEuro}, {7}}; }

OrderDecider::Input any_input(std::mt19937& random) {
  const auto order = any_order(random);
  const Timestamp now{1'800'000'000'000 + static_cast<std::int64_t>(random() % 1'000)};
  const auto payment = billing::payment_operation_of(order);
  switch (random() % 5) {
    case 0: return CreateOrder{{purchase_of(order)}, now};
    case 1: return CancelOrder{{order, kAnna, CancellationId::derived("test", {order.raw()})}, now};
    case 2: return billing::PaymentProcessed{order, kAnna, payment, {1000, kEuro}, 0};
    case 3: return billing::PaymentProcessed{order, kAnna, billing::Refusal::insufficient_funds, {1000, kEuro}, 1};
    default: return billing::PaymentRefunded{order, kAnna, billing::refund_operation_of(order), payment, {1000, kEuro}, 1000};
  }
}

}  // namespace

TEST_CASE("orders that were saved and loaded are decided as if they had not been") {
  testing::require_that_saving_changes_no_decision<OrderDecider>(
      any_input, [](const OrderBook& book) { return save(book); }, [](std::string_view bytes) { return load_order_book(bytes); });
}

TEST_CASE("a decided order is saved in 17 bytes") {
  IdMap<OrderId, Decided> decided;
  for (int order = 0; order < 10'000; ++order) decided.put(OrderId::random(), Decided::paid);
  CHECK(save(OrderBook(std::move(decided))).size() <= 10'000 * 17 + 16);
}

}  // namespace ordo::orders
