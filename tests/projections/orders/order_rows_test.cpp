#include <catch2/catch.hpp>

#include "projections/orders/order_rows.hpp"
#include "tests/projections/envelope.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::OrderRow;
using projections::OrderRows;

namespace {

const orders::Purchase kPurchase{id_of<OrderId>(1), id_of<UserId>(2), {{"tea", "", 2, 150}}, {300, kEuro}, {7}};
const OperationId kOperation = id_of<OperationId>(3);

const orders::OrderUpdateMessage kPaid{kPurchase, {1'000}, orders::Status::paid, kOperation, {}, 3};
const OrderRow kPaidRow{kPurchase, orders::Status::paid, kOperation, {}, {1'000}, {1'002}, 3};

const CancellationId kCancellation = id_of<CancellationId>(4);
const orders::OrderUpdateMessage kCancelled{{kPurchase.order_id, kPurchase.user_id, {}, {}, {}},
                                            {},
                                            orders::Status::cancelled,
                                            kOperation,
                                            orders::CancelReason::requested,
                                            4,
                                            orders::Cancellation{kCancellation, {1'004}}};
const orders::OrderUpdateMessage kRefunded{
    {kPurchase.order_id, kPurchase.user_id, {}, {300, kEuro}, {}}, {}, orders::Status::refunded, kOperation, {}, 5};

}  // namespace

TEST_CASE("a command makes a NEW row") {
  OrderRows rows("read");
  rows.add(orders::OrderCreateRequested{kPurchase}, {1'000});
  CHECK(rows.rows() == std::vector{OrderRow{kPurchase, orders::Status::new_, {}, {}, {1'000}, {1'000}, 1}});
}

TEST_CASE("OrderPending says everything that the command said, its time too") {
  OrderRows rows("read");
  rows.add(orders::OrderPending{kPurchase, {1'000}}, {1'001});
  CHECK(rows.rows() == std::vector{OrderRow{kPurchase, orders::Status::pending, {}, {}, {1'000}, {1'001}, 2}});
}

TEST_CASE("an order that is made and paid within a batch is one row") {
  OrderRows rows("read");
  rows.add(orders::OrderCreateRequested{kPurchase}, {1'000});
  rows.add(orders::OrderPending{kPurchase, {1'000}}, {1'001});
  rows.add(kPaid, {1'002});
  CHECK(rows.rows() == std::vector{kPaidRow});
}

TEST_CASE("a command that is read after its order's events changes nothing") {
  OrderRows rows("read");
  rows.add(kPaid, {1'002});
  rows.add(orders::OrderCreateRequested{kPurchase}, {1'000});
  CHECK(rows.rows() == std::vector{kPaidRow});
}

TEST_CASE("a cancelled and refunded order keeps what it was made of, the operation that paid it, and why") {
  OrderRows rows("read");
  rows.add(kPaid, {1'002});
  rows.add(kCancelled, {1'005});
  CHECK(rows.rows() == std::vector{OrderRow{kPurchase, orders::Status::cancelled, kOperation, orders::CancelReason::requested,
                                            {1'000}, {1'005}, 4, kCancellation}});
  rows.add(kRefunded, {1'006});
  CHECK(rows.rows() == std::vector{OrderRow{kPurchase, orders::Status::refunded, kOperation, orders::CancelReason::requested,
                                            {1'000}, {1'006}, 5, kCancellation}});
}

TEST_CASE("a command that is read among an order's last events does not make up what the order was made of") {
  auto other = kPurchase;
  other.items[0].sku = "other";
  OrderRows rows("read");
  rows.add(orders::OrderCreateRequested{other}, {1'004});
  rows.add(kCancelled, {1'005});
  rows.add(orders::OrderCreateRequested{other}, {1'004});
  rows.add(kRefunded, {1'006});
  REQUIRE(rows.rows().size() == 1);
  CHECK_FALSE(rows.rows()[0].purchase.has_items());
  CHECK(rows.rows()[0].status == orders::Status::refunded);
  CHECK(rows.rows()[0].cancellation_id == kCancellation);
}

TEST_CASE("a cleared batch holds nothing") {
  OrderRows rows("read");
  rows.add(kPaid, {1'002});
  rows.clear();
  CHECK(rows.rows().empty());
  rows.add(kPaid, {1'002});
  CHECK(rows.rows() == std::vector{kPaidRow});
}
