#include <catch2/catch.hpp>

#include "events/billing/describe.hpp"
#include "tests/events/payloads.hpp"

namespace ordo::billing {
namespace {

const auto kOrder = id_of<OrderId>(1);
const auto kUser = id_of<UserId>(2);
const auto kOperation = id_of<OperationId>(3);
const Money kAmount{300, kEuro};

TEST_CASE("what happens to a wallet is told in one line") {
  CHECK(summary(Command(AccountRequested{kUser, kEuro})) == "an account in EUR");
  CHECK(summary(Command(TopUpRequested{kOperation, kUser, kAmount, {}})) == "3.00 EUR");
  CHECK(summary(Event(AccountOpened{kUser, kEuro})) == "an account in EUR");
  CHECK(summary(Event(AccountConfirmed{kUser, kEuro, {kOperation, {}}})) == "there is an account already");
  CHECK(summary(Event(AccountToppedUp{kOperation, kUser, kAmount, 350, {}})) == "3.00 EUR more, the wallet holds 3.50 EUR");
  CHECK(summary(Event(TopUpRefused{kOperation, kUser, kAmount, Refusal::no_account, {}})) == "3.00 EUR refused: NO_ACCOUNT");
  CHECK(summary(Event(PaymentProcessed{kOrder, kUser, kOperation, kAmount, 50})) == "paid 3.00 EUR, the wallet holds 0.50 EUR");
  CHECK(summary(Event(PaymentProcessed{kOrder, kUser, Refusal::insufficient_funds, kAmount, 50})) ==
        "not paid: INSUFFICIENT_FUNDS, the wallet holds 0.50 EUR");
  CHECK(summary(Event(PaymentProcessed{kOrder, kUser, Refusal::no_account, kAmount, 0})) == "not paid: NO_ACCOUNT");
  CHECK(summary(Event(PaymentRefunded{kOrder, kUser, kOperation, kOperation, kAmount, 350})) == "3.00 EUR back, the wallet holds 3.50 EUR");
}

}  // namespace
}  // namespace ordo::billing
