#include <catch2/catch.hpp>

#include "events/billing/events.hpp"
#include "tests/events/payloads.hpp"

namespace ordo::billing {

TEST_CASE("a refusal is spelled as clients know it") {
  CHECK(text(Refusal::insufficient_funds) == "INSUFFICIENT_FUNDS");
  CHECK(text(Refusal::no_account) == "NO_ACCOUNT");
  CHECK(text(Refusal::currency_mismatch) == "CURRENCY_MISMATCH");
  CHECK(text(Refusal::balance_limit) == "BALANCE_LIMIT");
}

TEST_CASE("an order is paid by one operation, whoever computes its id and whenever") {
  const auto order = *OrderId::parse("0190f0a2-0000-7000-8000-000000000001");
  // Stored in logs: this very id may never change.
  CHECK(payment_operation_of(order).text() == "0a6fcf80-a9c9-85b6-ad2a-18b2cbaf98e0");
  CHECK(payment_operation_of(id_of<OrderId>(2)) != payment_operation_of(order));
}

TEST_CASE("what billing is asked and says goes to the subjects that the design names") {
  CHECK(topic_of(Command(AccountRequested{})) == log::Topic::payment_account);
  CHECK(topic_of(Command(TopUpRequested{})) == log::Topic::payment_top_up);
  CHECK(topic_of(Event(AccountOpened{})) == log::Topic::billing_account);
  CHECK(topic_of(Event(AccountConfirmed{})) == log::Topic::billing_account);
  CHECK(topic_of(Event(AccountToppedUp{})) == log::Topic::billing_top_up);
  CHECK(topic_of(Event(TopUpRefused{})) == log::Topic::billing_top_up);
  CHECK(topic_of(Event(PaymentProcessed{})) == log::Topic::billing_payment);
}

}  // namespace ordo::billing
