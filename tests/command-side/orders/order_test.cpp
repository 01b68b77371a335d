#include "command-side/orders/order.hpp"

#include "tests/command-side/given.hpp"

namespace ordo::orders {
namespace {

using GivenOrders = testing::Given<OrderDecider>;

const Currency kEuro = *Currency::parse("EUR");
const UserId kAnna = UserId::derived("test", {"anna"});
const OrderId kOrder = OrderId::derived("test", {"order"});
const OperationId kOperation = billing::payment_operation_of(kOrder);
constexpr Timestamp kNoon{1'800'000'000'000};

const Purchase kPurchase{kOrder, kAnna, {{"tea", "Green tea", 2, 500}}, {1000, kEuro}, {}};
const CreateOrder kCreate{{kPurchase}, kNoon};
const OrderPending kPending{kPurchase, kNoon};
const billing::PaymentProcessed kPaid{kOrder, kAnna, kOperation, {1000, kEuro}, 0};

billing::PaymentProcessed refused(billing::Refusal reason) { return {kOrder, kAnna, reason, {1000, kEuro}, 0}; }

OrderUpdateMessage paid_update() {
  return {kPurchase, kNoon, Status::paid, kOperation, std::nullopt, 3};
}

OrderUpdateMessage cancelled_update(CancelReason reason) {
  return {kPurchase, kNoon, Status::cancelled, std::nullopt, reason, 3};
}

TEST_CASE("an order that is asked for becomes pending") { GivenOrders({}).when(kCreate).then(kPending); }

TEST_CASE("an order that is asked for again changes nothing, whatever became of it") {
  GivenOrders({kPending}).when(kCreate).then_nothing();
  GivenOrders({kPending, paid_update()}).when(kCreate).then_nothing();
  GivenOrders({kPending, cancelled_update(CancelReason::no_account)}).when(kCreate).then_nothing();
}

TEST_CASE("a pending order is paid with the operation that paid it") {
  GivenOrders({kPending}).when(kPaid).then(paid_update());
}

TEST_CASE("a pending order is cancelled with billing's reason") {
  const std::pair<billing::Refusal, CancelReason> table[] = {
      {billing::Refusal::insufficient_funds, CancelReason::insufficient_funds},
      {billing::Refusal::no_account, CancelReason::no_account},
      {billing::Refusal::currency_mismatch, CancelReason::currency_mismatch},
  };
  for (const auto& [refusal, reason] : table) {
    GivenOrders({kPending}).when(refused(refusal)).then(cancelled_update(reason));
  }
}

TEST_CASE("an order that has ended stays as it is, whatever billing says later") {
  GivenOrders({kPending, paid_update()}).when(kPaid).then_nothing();
  GivenOrders({kPending, paid_update()}).when(refused(billing::Refusal::no_account)).then_nothing();
  GivenOrders({kPending, cancelled_update(CancelReason::insufficient_funds)}).when(kPaid).then_nothing();
}

TEST_CASE("a payment of an order that was never pending is refused as a bug") {
  GivenOrders({}).when(kPaid).then_rejected(OrderRejection::payment_of_unknown_order);
}

TEST_CASE("of an order that was decided only its id and a byte are kept") {
  const GivenOrders given({kPending, paid_update()});
  CHECK(given.state().pending().empty());
  CHECK(given.state().decided().size() == 1);
}

}  // namespace
}  // namespace ordo::orders
