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

TEST_CASE("a refunded order keeps the operation that paid it") {
  OrderRows rows("read");
  rows.add(kPaid, {1'002});
  rows.add(orders::OrderUpdateMessage{kPurchase, {1'000}, orders::Status::refunded, {}, {}, 4}, {1'005});
  CHECK(rows.rows() == std::vector{OrderRow{kPurchase, orders::Status::refunded, kOperation, {}, {1'000}, {1'005}, 4}});
}

TEST_CASE("a cleared batch holds nothing") {
  OrderRows rows("read");
  rows.add(kPaid, {1'002});
  rows.clear();
  CHECK(rows.rows().empty());
  rows.add(kPaid, {1'002});
  CHECK(rows.rows() == std::vector{kPaidRow});
}
