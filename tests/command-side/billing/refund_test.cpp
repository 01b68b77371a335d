#include <vector>

#include "command-side/billing/ledger.hpp"
#include "tests/command-side/given.hpp"

namespace ordo::billing {
namespace {

using GivenLedger = testing::Given<LedgerDecider>;

const Currency kEuro = *Currency::parse("EUR");
const UserId kAnna = UserId::derived("test", {"anna"});
const OrderId kOrder = OrderId::derived("test", {"order"});
const OperationId kPayment = payment_operation_of(kOrder);

const AccountOpened kOpened{kAnna, kEuro};
const AccountToppedUp kToppedUp{OperationId::derived("test", {"top-up"}), kAnna, {700, kEuro}, 700, {}};
const orders::OrderPending kPending{{kOrder, kAnna, {}, {300, kEuro}, {}}, {}};
const PaymentProcessed kPaid{kOrder, kAnna, kPayment, {300, kEuro}, 400};
const PaymentProcessed kRefused{kOrder, kAnna, Refusal::insufficient_funds, {300, kEuro}, 0};
const RefundOrder kCancelled{kOrder};

PaymentRefunded refunded(std::int64_t balance_after) {
  return {kOrder, kAnna, refund_operation_of(kOrder), kPayment, {300, kEuro}, balance_after};
}

TopUpRequested another_top_up(std::int64_t amount) { return {OperationId::derived("test", {"another"}), kAnna, {amount, kEuro}, {}}; }

}  // namespace

TEST_CASE("a cancelled order that was charged is refunded: what was taken, to the wallet that it was taken from") {
  GivenLedger({kOpened, kToppedUp, kPaid}).when(kCancelled).then(refunded(700));
}

TEST_CASE("a refund adds to what the wallet holds by then") {
  const AccountToppedUp more{OperationId::derived("test", {"more"}), kAnna, {50, kEuro}, 450, {}};
  GivenLedger({kOpened, kToppedUp, kPaid, more}).when(kCancelled).then(refunded(750));
}

TEST_CASE("an order is refunded at most once") {
  GivenLedger({kOpened, kToppedUp, kPaid, refunded(700)}).when(kCancelled).then_nothing();
}

TEST_CASE("an order that was never charged is not refunded") {
  GivenLedger({}).when(kCancelled).then_nothing();
  GivenLedger({kOpened, kToppedUp}).when(kCancelled).then_nothing();
  GivenLedger({kOpened, kRefused, kToppedUp}).when(kCancelled).then_nothing();
}

TEST_CASE("an order that was refunded is not charged again") {
  GivenLedger({kOpened, kToppedUp, kPaid, refunded(700)}).when(kPending).then_nothing();
}

TEST_CASE("a refund is never refused for a limit: what ever came in is limited instead") {
  // The wallet is filled to the brim and emptied by orders, again and again, until no more may come in.
  Ledger ledger = LedgerDecider::evolve({}, kOpened);
  const auto step = [&ledger](const LedgerDecider::Input& input) {
    auto event = *LedgerDecider::decide(ledger, input);
    if (event) ledger = LedgerDecider::evolve(std::move(ledger), *event);
    return event;
  };
  std::vector<OrderId> paid;
  for (int number = 0;; ++number) {
    const auto operation = OperationId::derived("fill", {std::to_string(number)});
    const auto filled = step(TopUpRequested{operation, kAnna, {kAmountMax, kEuro}, {}});
    if (const auto* refusal = std::get_if<TopUpRefused>(&*filled)) {
      REQUIRE(refusal->reason == Refusal::balance_limit);
      break;
    }
    paid.push_back(OrderId::derived("spend", {std::to_string(number)}));
    const auto charged = step(orders::OrderPending{{paid.back(), kAnna, {}, {kAmountMax, kEuro}, {}}, {}});
    REQUIRE(std::get<PaymentProcessed>(*charged).paid());
  }
  REQUIRE(ledger.wallets.front().topped_up == kToppedUpMax);
  for (const auto& order : paid) REQUIRE(std::get<PaymentRefunded>(*step(RefundOrder{order})).amount.minor == kAmountMax);
  CHECK(ledger.wallets.front().balance.minor == kToppedUpMax);
  CHECK(std::holds_alternative<TopUpRefused>(*step(another_top_up(1))));
}

TEST_CASE("a charge keeps its wallet, its amount and whether it was refunded, to the largest of each") {
  const auto [wallet, amount] = GENERATE(table<std::uint32_t, std::int64_t>(
      {{0, 0}, {1, 1}, {0x7FFF'FFFF, kAmountMax}, {256, 0xFF'0000}, {77, kAmountMax - 1}}));
  const Charge charge(wallet, amount);
  CHECK(charge.wallet() == wallet);
  CHECK(charge.amount() == amount);
  CHECK_FALSE(charge.refunded());
  CHECK(charge.after_refund().wallet() == wallet);
  CHECK(charge.after_refund().amount() == amount);
  CHECK(charge.after_refund().refunded());
}

TEST_CASE("an order ever charged takes at most 32 bytes, refunded or not") {
  IdMap<OperationId, Charge> charges;
  for (std::uint32_t number = 0; number < 20'000; ++number) {
    const auto operation = OperationId::derived("many", {std::to_string(number)});
    charges.put(operation, Charge(number, kAmountMax));
    if (number % 2 == 0) charges.put(operation, charges.find(operation)->after_refund());
    if (charges.size() > 3'000) REQUIRE(charges.memory_bytes() <= 32 * charges.size());
  }
}

}  // namespace ordo::billing
