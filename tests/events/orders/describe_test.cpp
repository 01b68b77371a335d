#include <catch2/catch.hpp>

#include "events/orders/describe.hpp"
#include "tests/events/payloads.hpp"

namespace ordo::orders {
namespace {

const Purchase kPurchase{id_of<OrderId>(1), id_of<UserId>(2), {{"tea", "", 2, 150}}, {300, kEuro}, {}};

OrderUpdateMessage update(Status status, std::optional<CancelReason> reason = {}) { return {kPurchase, {}, status, {}, reason, 3}; }

TEST_CASE("what happens to an order is told in one line") {
  CHECK(summary(Command(OrderCreateRequested{kPurchase})) == "1 item for 3.00 EUR");
  CHECK(summary(Command(OrderCancelRequested{kPurchase.order_id, kPurchase.user_id, id_of<CancellationId>(3)})) ==
        "cancellation 00000000-0000-8000-8000-000000000003");
  CHECK(summary(Event(OrderPending{kPurchase, {}})) == "PENDING: 3.00 EUR");
  CHECK(summary(Event(update(Status::cancelled, CancelReason::insufficient_funds))) == "CANCELLED: INSUFFICIENT_FUNDS");
  CHECK(summary(Event(update(Status::refunded))) == "REFUNDED: 3.00 EUR");
  auto paid = update(Status::paid);
  paid.payment_operation_id = id_of<OperationId>(4);
  CHECK(summary(Event(paid)) == "PAID by operation 00000000-0000-8000-8000-000000000004");
}

}  // namespace
}  // namespace ordo::orders
