#include <optional>
#include <random>
#include <set>
#include <vector>

#include "command-side/orders/order.hpp"
#include "tests/command-side/given.hpp"

namespace ordo::orders {
namespace {

using GivenOrders = testing::Given<OrderDecider>;

const Currency kEuro = *Currency::parse("EUR");
const UserId kAnna = UserId::derived("test", {"anna"});
const UserId kBoris = UserId::derived("test", {"boris"});
const OrderId kOrder = OrderId::derived("test", {"order"});
const OperationId kPayment = billing::payment_operation_of(kOrder);
const CancellationId kCancellation = CancellationId::derived("test", {"cancellation"});
const CancellationId kAnother = CancellationId::derived("test", {"another"});
constexpr Timestamp kNoon{1'800'000'000'000};
constexpr Timestamp kLater{1'800'000'005'000};

const Purchase kPurchase{kOrder, kAnna, {{"tea", "Green tea", 2, 500}}, {1000, kEuro}, {7}};
const CreateOrder kCreate{{kPurchase}, kNoon};
const CancelOrder kCancel{{kOrder, kAnna, kCancellation}, kLater};
const OrderPending kPending{kPurchase, kNoon};
const billing::PaymentProcessed kPaid{kOrder, kAnna, kPayment, {1000, kEuro}, 0};
const billing::PaymentProcessed kRefused{kOrder, kAnna, billing::Refusal::insufficient_funds, {1000, kEuro}, 1};
const billing::PaymentRefunded kMoneyBack{kOrder, kAnna, billing::refund_operation_of(kOrder), kPayment, {1000, kEuro}, 1000};

const OrderUpdateMessage kPaidUpdate{kPurchase, kNoon, Status::paid, kPayment, std::nullopt, 3};
const OrderUpdateMessage kRefusedUpdate{kPurchase, kNoon, Status::cancelled, std::nullopt, CancelReason::insufficient_funds, 3};
const OrderUpdateMessage kCancelledWhilePending{kPurchase, kNoon, Status::cancelled, std::nullopt, CancelReason::requested, 3,
                                                Cancellation{kCancellation, kLater}};
const OrderUpdateMessage kCancelledWhenPaid{{kOrder, kAnna, {}, {}, {}}, {}, Status::cancelled, kPayment, CancelReason::requested, 4,
                                            Cancellation{kCancellation, kLater}};

OrderUpdateMessage refunded(std::uint32_t version) {
  return {{kOrder, kAnna, {}, {1000, kEuro}, {}}, {}, Status::refunded, kPayment, std::nullopt, version};
}

// Every past that an order may have, and what it says to each input. Nothing: no event follows.
struct Past {
  std::vector<Event> events;
  std::optional<Event> on_cancel;
  std::optional<Event> on_paid;
  std::optional<Event> on_refused;
  std::optional<Event> on_refund;
  bool may_be_paid = true;  // otherwise a payment would be a bug
  bool may_be_refunded = false;
};

const std::vector<Past> kPasts{
    {{}, {}, {}, {}, {}, false},
    {{kPending}, kCancelledWhilePending, kPaidUpdate, kRefusedUpdate, {}},
    {{kPending, kPaidUpdate}, kCancelledWhenPaid, {}, {}, {}},
    {{kPending, kRefusedUpdate}, {}, {}, {}, {}},
    {{kPending, kCancelledWhilePending}, {}, {}, {}, refunded(4), true, true},
    {{kPending, kPaidUpdate, kCancelledWhenPaid}, {}, {}, {}, refunded(5), true, true},
    {{kPending, kCancelledWhilePending, refunded(4)}, {}, {}, {}, {}, true, true},
    {{kPending, kPaidUpdate, kCancelledWhenPaid, refunded(5)}, {}, {}, {}, {}, true, true},
};

void require(const OrderBook& book, const OrderDecider::Input& input, bool possible, OrderRejection otherwise,
             const std::optional<Event>& expected) {
  const auto decision = OrderDecider::decide(book, input);
  REQUIRE(decision.has_value() == possible);
  if (!possible) {
    REQUIRE(decision.error() == otherwise);
  } else {
    REQUIRE(*decision == expected);
  }
}

}  // namespace

TEST_CASE("a pending order is cancelled at once, and keeps what it was made of") {
  GivenOrders({kPending}).when(kCancel).then(kCancelledWhilePending);
}

TEST_CASE("a paid order is cancelled, and is refunded when the money is back") {
  GivenOrders({kPending, kPaidUpdate}).when(kCancel).then(kCancelledWhenPaid);
  GivenOrders({kPending, kPaidUpdate, kCancelledWhenPaid}).when(kMoneyBack).then(refunded(5));
}

TEST_CASE("a payment that was under way when its order was cancelled changes nothing, until it is given back") {
  GivenOrders({kPending, kCancelledWhilePending}).when(kPaid).then_nothing();
  GivenOrders({kPending, kCancelledWhilePending}).when(kRefused).then_nothing();
  GivenOrders({kPending, kCancelledWhilePending}).when(kMoneyBack).then(refunded(4));
}

TEST_CASE("a pending order is cancelled by its own user only") {
  GivenOrders({kPending}).when(CancelOrder{{kOrder, kBoris, kCancellation}, kLater}).then_nothing();
}

TEST_CASE("money that comes back for an order that nobody cancelled is refused as a bug") {
  const auto bug = OrderRejection::refund_without_cancellation;
  GivenOrders({}).when(kMoneyBack).then_rejected(bug);
  GivenOrders({kPending}).when(kMoneyBack).then_rejected(bug);
  GivenOrders({kPending, kPaidUpdate}).when(kMoneyBack).then_rejected(bug);
  GivenOrders({kPending, kRefusedUpdate}).when(kMoneyBack).then_rejected(bug);
}

TEST_CASE("every past of an order answers every input as its table says") {
  for (std::size_t row = 0; row < kPasts.size(); ++row) {
    INFO("past " << row);
    const auto& past = kPasts[row];
    OrderBook book;
    for (const auto& event : past.events) book = OrderDecider::evolve(std::move(book), event);
    const auto create = past.events.empty() ? std::optional<Event>(kPending) : std::nullopt;
    require(book, kCreate, true, {}, create);
    require(book, kCancel, true, {}, past.on_cancel);
    require(book, kPaid, past.may_be_paid, OrderRejection::payment_of_unknown_order, past.on_paid);
    require(book, kRefused, past.may_be_paid, OrderRejection::payment_of_unknown_order, past.on_refused);
    require(book, kMoneyBack, past.may_be_refunded, OrderRejection::refund_without_cancellation, past.on_refund);
  }
}

TEST_CASE("whatever comes in whatever order, an order's statuses only move along their paths and its versions count them") {
  const std::set<std::vector<Status>> paths{
      {},
      {Status::pending},
      {Status::pending, Status::paid},
      {Status::pending, Status::cancelled},
      {Status::pending, Status::paid, Status::cancelled},
      {Status::pending, Status::cancelled, Status::refunded},
      {Status::pending, Status::paid, Status::cancelled, Status::refunded},
  };
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    const bool charged = random() % 2 == 0;
    const std::vector<OrderDecider::Input> inputs{kCreate, kCancel, CancelOrder{{kOrder, kAnna, kAnother}, kLater},
                                                  charged ? kPaid : kRefused, kMoneyBack};
    OrderBook book;
    std::vector<Status> path;
    for (int step = 0; step < 12; ++step) {
      const auto decision = OrderDecider::decide(book, inputs[random() % inputs.size()]);
      if (!decision || !*decision) continue;
      const auto* update = std::get_if<OrderUpdateMessage>(&**decision);
      path.push_back(update == nullptr ? Status::pending : update->status);
      REQUIRE(paths.contains(path));
      if (update != nullptr) REQUIRE(update->version == path.size() + 1);
      book = OrderDecider::evolve(std::move(book), **decision);
    }
  }
}

TEST_CASE("an order ever made takes at most 32 bytes") {
  OrderBook book;
  for (int number = 0; number < 5'000; ++number) {
    book.put(OrderId::derived("many", {std::to_string(number)}), Decided::paid);
    if (book.decided().size() > 1'000) REQUIRE(book.decided().memory_bytes() <= 32 * book.decided().size());
  }
}

}  // namespace ordo::orders
