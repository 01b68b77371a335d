#include <catch2/catch.hpp>

#include "events/billing/events.hpp"
#include "events/billing/v1/billing.pb.h"
#include "tests/events/payloads.hpp"
#include "tests/golden/golden.hpp"

namespace ordo::billing {
namespace {

const UserId kUser = id_of<UserId>(2);
const OperationId kOperation = id_of<OperationId>(4);

AccountRequested account_requested() { return {kUser, kEuro}; }
TopUpRequested top_up_requested() { return {kOperation, kUser, {10'000, kEuro}, fingerprint_of(3)}; }
AccountOpened opened() { return {kUser, kEuro}; }
const KeyedRequest kKeyed{kOperation, fingerprint_of(3)};
AccountRequested account_requested_with_key() { return {kUser, kEuro, kKeyed}; }
AccountOpened opened_with_key() { return {kUser, kEuro, kKeyed}; }
AccountConfirmed confirmed() { return {kUser, kEuro, kKeyed}; }
AccountToppedUp topped_up() { return {kOperation, kUser, {10'000, kEuro}, 12'500, fingerprint_of(3)}; }
TopUpRefused refused() { return {kOperation, kUser, {10'000, kEuro}, Refusal::balance_limit, fingerprint_of(3)}; }
PaymentProcessed paid() { return {id_of<OrderId>(1), kUser, kOperation, {2'100, kEuro}, 10'400}; }
PaymentProcessed not_paid() { return {id_of<OrderId>(1), kUser, Refusal::insufficient_funds, {2'100, kEuro}, 99}; }
PaymentRefunded money_back() { return {id_of<OrderId>(1), kUser, id_of<OperationId>(5), kOperation, {2'100, kEuro}, 12'500}; }

template <class Message, class Change>
void require_damaged_by(const std::string& field, const Event& event, Change change) {
  const auto decoded = decode(changed<Message>(encode(event), change));
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().kind == FailureKind::corrupt);
  CHECK_THAT(decoded.error().text, Catch::EndsWith("has no valid " + field));
}

}  // namespace

TEST_CASE("the commands of billing of version 1 read and write as they always did") {
  const auto [command, variant] = GENERATE(table<Command, std::string>(
      {{account_requested(), ""}, {account_requested_with_key(), ".keyed"}, {top_up_requested(), ""}}));
  const auto stored = golden::payload("billing", encode(command), variant);
  CHECK(encode(command) == stored);
  CHECK(decode_command(stored).value() == std::optional<Command>(command));
  CHECK(decode_command(with_unknown_field(stored)).value() == std::optional<Command>(command));
}

TEST_CASE("the events of billing of version 1 read and write as they always did") {
  const auto [event, variant] = GENERATE(table<Event, std::string>(
      {{opened(), ""}, {opened_with_key(), ".keyed"}, {confirmed(), ""}, {topped_up(), ""}, {refused(), ""}, {paid(), ".paid"},
       {not_paid(), ".refused"}, {money_back(), ""}}));
  const auto stored = golden::payload("billing", encode(event), variant);
  CHECK(encode(event) == stored);
  CHECK(decode(stored) == event);
  CHECK(decode(with_unknown_field(stored)) == event);
}

TEST_CASE("billing passes over the commands that are for orders, and over no others") {
  CHECK(decode_command({"OrderCreateRequested.v1", "whatever"}).value() == std::optional<Command>());
  CHECK(decode_command({"OrderCancelRequested.v1", "whatever"}).value() == std::optional<Command>());
  CHECK_FALSE(decode_command({"AccountRequested.v2", ""}));
  CHECK_FALSE(decode_command({"AccountOpened.v1", ""}));
}

TEST_CASE("a billing event type that nobody knows is refused by name") {
  const auto decoded = decode({"PaymentRefunded.v7", ""});
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().kind == FailureKind::corrupt);
  CHECK_THAT(decoded.error().text, Catch::Contains("PaymentRefunded.v7"));
  CHECK_FALSE(decode(encode(Command(account_requested()))));  // a command is no event
}

TEST_CASE("a billing event without what its struct promises is refused, and the field is named") {
  require_damaged_by<v1::AccountOpened>("user_id", opened(), [](auto& message) { message.clear_user_id(); });
  require_damaged_by<v1::AccountOpened>("currency", opened(), [](auto& message) { message.set_currency("eur"); });
  require_damaged_by<v1::AccountOpened>("operation_id", opened_with_key(), [](auto& message) { message.set_operation_id("short"); });
  require_damaged_by<v1::AccountConfirmed>("operation_id", confirmed(), [](auto& message) { message.clear_operation_id(); });
  require_damaged_by<v1::AccountConfirmed>("user_id", confirmed(), [](auto& message) { message.clear_user_id(); });
  require_damaged_by<v1::AccountConfirmed>("currency", confirmed(), [](auto& message) { message.set_currency("eur"); });
  using Up = v1::AccountToppedUp;
  require_damaged_by<Up>("operation_id", topped_up(), [](auto& message) { message.set_operation_id("short"); });
  require_damaged_by<Up>("amount", topped_up(), [](auto& message) { message.set_amount(-1); });
  require_damaged_by<Up>("amount", topped_up(), [](auto& message) { message.set_amount(kAmountMax + 1); });
  require_damaged_by<Up>("balance_after", topped_up(), [](auto& message) { message.set_balance_after(-1); });
  require_damaged_by<Up>("fingerprint", topped_up(), [](auto& message) { message.set_fingerprint("half"); });
  using Refused = v1::TopUpRefused;
  require_damaged_by<Refused>("reason", refused(), [](auto& message) { message.clear_reason(); });
  require_damaged_by<Refused>("reason", refused(), [](auto& message) { message.set_reason(static_cast<v1::Refusal>(99)); });
}

TEST_CASE("a payment that is both paid and refused, or neither, is refused") {
  using Payment = v1::PaymentProcessed;
  require_damaged_by<Payment>("operation_id", paid(), [](auto& message) { message.clear_operation_id(); });
  require_damaged_by<Payment>("reason", paid(), [](auto& message) { message.set_reason(v1::REFUSAL_NO_ACCOUNT); });
  require_damaged_by<Payment>("reason", paid(), [](auto& message) { message.set_paid(false); });
  require_damaged_by<Payment>("reason", not_paid(), [](auto& message) { message.clear_reason(); });
  require_damaged_by<Payment>("operation_id", not_paid(),
                              [](auto& message) { message.set_operation_id(std::string(kOperation.raw())); });
  require_damaged_by<Payment>("order_id", paid(), [](auto& message) { message.clear_order_id(); });
  require_damaged_by<Payment>("balance_after", paid(), [](auto& message) { message.set_balance_after(-1); });
}

TEST_CASE("a refund without what its struct promises is refused, and the field is named") {
  using Refund = v1::PaymentRefunded;
  require_damaged_by<Refund>("order_id", money_back(), [](auto& message) { message.clear_order_id(); });
  require_damaged_by<Refund>("user_id", money_back(), [](auto& message) { message.set_user_id("short"); });
  require_damaged_by<Refund>("operation_id", money_back(), [](auto& message) { message.clear_operation_id(); });
  require_damaged_by<Refund>("payment_operation_id", money_back(), [](auto& message) { message.clear_payment_operation_id(); });
  require_damaged_by<Refund>("amount", money_back(), [](auto& message) { message.set_amount(kAmountMax + 1); });
  require_damaged_by<Refund>("balance_after", money_back(), [](auto& message) { message.set_balance_after(-1); });
}

TEST_CASE("every billing event that can be written is read as it was") {
  CHECK(rc::check("a round trip changes nothing", [] {
    const auto user = *any::id<UserId>();
    const auto operation = *any::id<OperationId>();
    const auto order = *any::id<OrderId>();
    const auto amount = *any::amount();
    const auto fingerprint = *any::fingerprint();
    const auto balance = *any::between(0, INT64_MAX - 1);
    const auto refusal = *rc::gen::element(Refusal::insufficient_funds, Refusal::no_account, Refusal::currency_mismatch,
                                           Refusal::balance_limit);
    for (const Event& event : {
             Event(AccountOpened{user, amount.currency}),
             Event(AccountOpened{user, amount.currency, KeyedRequest{operation, fingerprint}}),
             Event(AccountConfirmed{user, amount.currency, {operation, fingerprint}}),
             Event(AccountToppedUp{operation, user, amount, balance, fingerprint}),
             Event(TopUpRefused{operation, user, amount, refusal, fingerprint}),
             Event(PaymentProcessed{order, user, operation, amount, balance}),
             Event(PaymentProcessed{order, user, refusal, amount, balance}),
             Event(PaymentRefunded{order, user, operation, operation, amount, balance}),
         }) {
      RC_ASSERT(decode(encode(event)) == event);
    }
    for (const Command& command :
         {Command(AccountRequested{user, amount.currency}), Command(AccountRequested{user, amount.currency, KeyedRequest{operation, fingerprint}}),
          Command(TopUpRequested{operation, user, amount, fingerprint})}) {
      RC_ASSERT(decode_command(encode(command)).value() == std::optional<Command>(command));
    }
  }));
}

TEST_CASE("bytes of any kind are decoded or refused, never more than that") {
  CHECK(rc::check("decoding noise ends", [](const std::string& noise) {
    for (const auto* type : {"AccountOpened.v1", "AccountConfirmed.v1", "AccountToppedUp.v1", "TopUpRefused.v1", "PaymentProcessed.v1",
                             "PaymentRefunded.v1"}) {
      if (const auto decoded = decode({type, noise}); decoded) (void)encode(*decoded);
    }
  }));
}

}  // namespace ordo::billing
