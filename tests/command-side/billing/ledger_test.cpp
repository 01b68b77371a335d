#include "command-side/billing/ledger.hpp"

#include <random>

#include "tests/command-side/given.hpp"

namespace ordo::billing {
namespace {

using GivenLedger = testing::Given<LedgerDecider>;

const Currency kEuro = *Currency::parse("EUR");
const Currency kDollar = *Currency::parse("USD");
const UserId kAnna = UserId::derived("test", {"anna"});
const OrderId kOrder = OrderId::derived("test", {"order"});
const OperationId kTopUp = OperationId::derived("test", {"top-up"});

const AccountOpened kOpened{kAnna, kEuro};

TopUpRequested top_up(std::int64_t amount, Currency currency = kEuro) { return {kTopUp, kAnna, {amount, currency}, {}}; }

AccountToppedUp topped_up(std::int64_t amount) { return {kTopUp, kAnna, {amount, kEuro}, amount, {}}; }

TopUpRefused refused(const TopUpRequested& command, Refusal reason) {
  return {command.operation_id, command.user_id, command.amount, reason, command.fingerprint};
}

orders::OrderPending order_of(std::int64_t total, Currency currency = kEuro) {
  return {{kOrder, kAnna, {}, {total, currency}, {}}, {}};
}

PaymentProcessed payment(std::variant<OperationId, Refusal> outcome, Money amount, std::int64_t balance_after) {
  return {kOrder, kAnna, outcome, amount, balance_after};
}

TEST_CASE("a new user's account opens by itself, in the currency of the configuration") {
  GivenLedger({}).when(identity::UserRegistered{kAnna, kEuro}).then(kOpened);
}

TEST_CASE("an account is opened once, whoever asks") {
  GivenLedger({}).when(AccountRequested{kAnna, kDollar}).then(AccountOpened{kAnna, kDollar});
  GivenLedger({kOpened}).when(AccountRequested{kAnna, kDollar}).then_nothing();
  GivenLedger({kOpened}).when(identity::UserRegistered{kAnna, kEuro}).then_nothing();
}

TEST_CASE("an account that is asked for under a key is answered once, whether there was one or not, and in whatever currency") {
  const KeyedRequest keyed{OperationId::derived("test", {"key"}), {7}};
  const AccountRequested asked{kAnna, kDollar, keyed};
  const AccountOpened opened{kAnna, kDollar, keyed};
  const AccountConfirmed confirmed{kAnna, kDollar, keyed};
  GivenLedger({}).when(asked).then(opened);
  GivenLedger({opened}).when(asked).then_nothing();
  GivenLedger({kOpened}).when(asked).then(confirmed);
  GivenLedger({kOpened, confirmed}).when(asked).then_nothing();
  GivenLedger({kOpened, confirmed}).when(AccountRequested{kAnna, kDollar}).then_nothing();
}

TEST_CASE("a top-up raises the balance, and the same one again changes nothing") {
  GivenLedger({kOpened}).when(top_up(700)).then(topped_up(700));
  GivenLedger({kOpened, topped_up(700)}).when(top_up(700)).then_nothing();
}

TEST_CASE("a top-up that cannot be is refused with its reason, and stays refused") {
  GivenLedger({}).when(top_up(700)).then(refused(top_up(700), Refusal::no_account));
  GivenLedger({kOpened}).when(top_up(700, kDollar)).then(refused(top_up(700, kDollar), Refusal::currency_mismatch));
  AccountToppedUp full{OperationId::derived("test", {"full"}), kAnna, {kBalanceMax, kEuro}, kBalanceMax, {}};
  GivenLedger({kOpened, full}).when(top_up(1)).then(refused(top_up(1), Refusal::balance_limit));
  GivenLedger({refused(top_up(700), Refusal::no_account), kOpened}).when(top_up(700)).then_nothing();
}

TEST_CASE("an order is charged when the wallet suffices, to the last cent") {
  const auto operation = payment_operation_of(kOrder);
  GivenLedger({kOpened, topped_up(700)}).when(order_of(700)).then(payment(operation, {700, kEuro}, 0));
  GivenLedger({kOpened, topped_up(700)}).when(order_of(699)).then(payment(operation, {699, kEuro}, 1));
}

TEST_CASE("an order that cannot be paid is answered with the reason and the balance that stays") {
  const auto poor = Refusal::insufficient_funds;
  GivenLedger({kOpened, topped_up(700)}).when(order_of(701)).then(payment(poor, {701, kEuro}, 700));
  GivenLedger({}).when(order_of(1)).then(payment(Refusal::no_account, {1, kEuro}, 0));
  GivenLedger({kOpened, topped_up(700)})
      .when(order_of(1, kDollar))
      .then(payment(Refusal::currency_mismatch, {1, kDollar}, 700));
}

TEST_CASE("an order is charged at most once, and one that was refused is never charged later") {
  const auto operation = payment_operation_of(kOrder);
  GivenLedger({kOpened, topped_up(700), payment(operation, {300, kEuro}, 400)}).when(order_of(300)).then_nothing();
  GivenLedger({kOpened, payment(Refusal::insufficient_funds, {300, kEuro}, 0), topped_up(700)})
      .when(order_of(300))
      .then_nothing();
}

TEST_CASE("whatever comes in whatever order, no wallet goes below zero and no money appears or vanishes") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&random](std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random); };
  Ledger ledger;
  std::int64_t topped_up_sum = 0;
  std::int64_t paid_sum = 0;
  std::int64_t refunded_sum = 0;
  for (int step = 0; step < 5000; ++step) {
    const auto user = UserId::derived("user", {std::to_string(below(5))});
    const auto number = std::to_string(below(1000));
    const Money amount{static_cast<std::int64_t>(1 + below(500)), below(20) == 0 ? kDollar : kEuro};
    LedgerDecider::Input input = identity::UserRegistered{user, kEuro};
    if (const auto kind = below(10); kind < 3) {
      input = TopUpRequested{OperationId::derived("top-up", {number}), user, amount, {}};
    } else if (kind < 7) {
      input = orders::OrderPending{{OrderId::derived("order", {number}), user, {}, amount, {}}, {}};
    } else if (kind < 9) {
      input = RefundOrder{OrderId::derived("order", {number})};
    }
    const auto decision = LedgerDecider::decide(ledger, input);
    REQUIRE(decision.has_value());
    if (!*decision) continue;
    if (const auto* up = std::get_if<AccountToppedUp>(&**decision)) topped_up_sum += up->amount.minor;
    if (const auto* pay = std::get_if<PaymentProcessed>(&**decision); pay && pay->paid()) paid_sum += pay->amount.minor;
    if (const auto* back = std::get_if<PaymentRefunded>(&**decision)) refunded_sum += back->amount.minor;
    ledger = LedgerDecider::evolve(std::move(ledger), **decision);
    std::int64_t balances = 0;
    for (const auto& wallet : ledger.wallets) {
      REQUIRE(wallet.balance.minor >= 0);
      REQUIRE(wallet.balance.minor <= wallet.topped_up);
      balances += wallet.balance.minor;
    }
    REQUIRE(balances + paid_sum - refunded_sum == topped_up_sum);
  }
}

}  // namespace
}  // namespace ordo::billing
