#include "projections/verification/order_histories.hpp"
#include "tests/projections/verification/findings.hpp"

using namespace ordo;
using namespace ordo::tests;
using log::StreamKind;

namespace {

std::function<void(AuditedStory&)> with_update(std::size_t sequence, std::function<void(orders::OrderUpdateMessage&)> change) {
  return [=](AuditedStory& story) {
    story.change_order(sequence, [&](orders::Event& event) { change(std::get<orders::OrderUpdateMessage>(event)); });
  };
}

std::function<void(AuditedStory&)> with_payment(std::size_t sequence, std::function<void(billing::PaymentProcessed&)> change) {
  return [=](AuditedStory& story) {
    story.change_billing(sequence, [&](billing::Event& event) { change(std::get<billing::PaymentProcessed>(event)); });
  };
}

std::function<void(AuditedStory&)> with_sent(std::size_t sequence, std::function<void(notifications::NotificationSent&)> change) {
  return [=](AuditedStory& story) {
    story.change_letter(sequence, [&](notifications::Event& event) { change(std::get<notifications::NotificationSent>(event)); });
  };
}

// COMMANDS@4 asks, ORDERS@5 CANCELLED, BILLING@5 refunded, ORDERS@6 REFUNDED.
void cancel_the_paid_one(AuditedStory& story) {
  const CancellationId request = id_of<CancellationId>(60);
  const auto payment = billing::payment_operation_of(story.paid);
  orders::Purchase known;
  known.order_id = story.paid;
  known.user_id = story.user;
  const auto asked = story.put(StreamKind::commands, orders::encode(orders::OrderCancelRequested{story.paid, story.user, request}));
  const orders::OrderUpdateMessage cancelled{known, {}, orders::Status::cancelled, payment, orders::CancelReason::requested, 4,
                                             orders::Cancellation{request, {5}}};
  const auto ended = story.put(StreamKind::orders, orders::encode(orders::Event(cancelled)), asked);
  const billing::PaymentRefunded refund{story.paid, story.user, billing::refund_operation_of(story.paid), payment, {300, kEuro}, 1'000};
  const auto money_back = story.put(StreamKind::billing, billing::encode(billing::Event(refund)), ended);
  known.total = refund.amount;
  const orders::OrderUpdateMessage refunded{known, {}, orders::Status::refunded, payment, {}, 5};
  story.put(StreamKind::orders, orders::encode(orders::Event(refunded)), money_back);
}

std::function<void(AuditedStory&)> with_refund(std::function<void(billing::PaymentRefunded&)> change) {
  return [=](AuditedStory& story) {
    cancel_the_paid_one(story);
    story.change_billing(5, [&](billing::Event& event) { change(std::get<billing::PaymentRefunded>(event)); });
  };
}

constexpr auto kAlongTheStateMachine = "an order moves along its state machine";
constexpr auto kOfItsUserAndTotal = "a payment is of its order's user and total";

}  // namespace

TEST_CASE("an order that becomes pending twice is found") {
  require_broken("ORDERS-0@5.0", "an order becomes PENDING once", [](auto& story) { story.repeat(StreamKind::orders, 1); });
}

TEST_CASE("an order that is charged twice is found") {
  require_broken("BILLING-0@5.0", "an order is charged at most once", [](auto& story) { story.repeat(StreamKind::billing, 3); });
}

TEST_CASE("an order that is refused and then charged is found") {
  require_broken("BILLING-0@5.0", "an order is charged at most once", [](auto& story) { story.repeat(StreamKind::billing, 4); });
}

TEST_CASE("a payment of another amount or user than its order's is found") {
  require_broken("BILLING-0@3.0", kOfItsUserAndTotal, with_payment(3, [](auto& payment) { payment.amount.minor = 299; }));
  require_broken("BILLING-0@3.0", kOfItsUserAndTotal, with_payment(3, [](auto& payment) { payment.user_id = id_of<UserId>(8); }));
}

TEST_CASE("a payment whose operation is not named after its order is found") {
  require_broken("BILLING-0@3.0", "a payment's operation is named after its order",
                 with_payment(3, [](auto& payment) { payment.outcome = id_of<OperationId>(50); }));
}

TEST_CASE("a second outcome of an order is found") {
  require_broken("ORDERS-0@5.0", kAlongTheStateMachine, [](auto& story) { story.repeat(StreamKind::orders, 2); });
  require_broken("ORDERS-0@5.0", kAlongTheStateMachine, [](auto& story) { story.repeat(StreamKind::orders, 4); });
}

TEST_CASE("a paid order that is cancelled and refunded is sound") {
  AuditedStory story;
  cancel_the_paid_one(story);
  CHECK_FALSE(story.audit().finding);
}

TEST_CASE("a refund that is not what was charged is found") {
  constexpr auto kRule = "a refund is what was charged, to whom it was charged";
  require_broken("BILLING-0@5.0", kRule, with_refund([](auto& refund) { refund.amount.minor = 301; }));
  require_broken("BILLING-0@5.0", "a refund names the payment that it reverses",
                 with_refund([](auto& refund) { refund.payment_operation_id = id_of<OperationId>(50); }));
  require_broken("BILLING-0@5.0", "a refund's operation is named after its order",
                 with_refund([](auto& refund) { refund.operation_id = id_of<OperationId>(50); }));
}

TEST_CASE("a second refund is found") {
  require_broken("BILLING-0@6.0", "what is refunded was charged, once, and its order is cancelled", [](auto& story) {
    cancel_the_paid_one(story);
    story.repeat(StreamKind::billing, 5);
  });
}

TEST_CASE("an order that is PAID without a payment is found") {
  require_broken("ORDERS-0@4.0", "PAID follows a payment", with_update(4, [](auto& update) {
                   update.status = orders::Status::paid;
                   update.payment_operation_id = billing::payment_operation_of(update.purchase.order_id);
                   update.reason.reset();
                 }));
}

TEST_CASE("an order that is CANCELLED though it was paid is found") {
  require_broken("ORDERS-0@2.0", "CANCELLED follows a refusal", with_update(2, [](auto& update) {
                   update.status = orders::Status::cancelled;
                   update.payment_operation_id.reset();
                   update.reason = orders::CancelReason::no_account;
                 }));
}

TEST_CASE("PAID with another operation than the payment's is found") {
  require_broken("ORDERS-0@2.0", "PAID names the payment's operation",
                 with_update(2, [](auto& update) { update.payment_operation_id = id_of<OperationId>(50); }));
}

TEST_CASE("CANCELLED with another reason than the refusal's is found") {
  require_broken("ORDERS-0@4.0", "CANCELLED gives the reason of the refusal",
                 with_update(4, [](auto& update) { update.reason = orders::CancelReason::no_account; }));
}

TEST_CASE("a version that is left out is found") {
  require_broken("ORDERS-0@2.0", "each change adds 1 to an order's version", with_update(2, [](auto& update) { update.version = 4; }));
}

TEST_CASE("an outcome with another total than the order's is found") {
  require_broken("ORDERS-0@2.0", "all that is said of an order is of its user and total",
                 with_update(2, [](auto& update) { update.purchase.total.minor = 299; }));
}

TEST_CASE("a payment and an outcome of an order that nobody knows are found") {
  projections::OrderHistories histories;
  const auto unknown = histories.add(billing::PaymentProcessed{id_of<OrderId>(1), id_of<UserId>(1), billing::Refusal::no_account, {1, kEuro}, 0});
  REQUIRE(unknown);
  CHECK(unknown->rule == "only an order that is PENDING is charged");
  const auto changed = histories.add(orders::OrderUpdateMessage{});
  REQUIRE(changed);
  CHECK(changed->rule == "only an order that is known changes");
}

TEST_CASE("a letter that is sent twice is found") {
  require_broken("NOTIFICATIONS-0@4.0", "nothing follows a letter that is sent or given up",
                 [](auto& story) { story.repeat(StreamKind::notifications, 3); });
}

TEST_CASE("an attempt after a letter was given up is found") {
  require_broken("NOTIFICATIONS-0@2.0", "nothing follows a letter that is sent or given up", [](auto& story) {
    story.change_letter(1, [](auto& event) { std::get<notifications::NotificationFailed>(event).next_attempt.reset(); });
  });
}

TEST_CASE("an attempt that is not counted is found") {
  require_broken("NOTIFICATIONS-0@2.0", "a letter's attempts are counted one by one", with_sent(2, [](auto& sent) { sent.attempts = 1; }));
}

TEST_CASE("a letter under another name than its order's is found") {
  require_broken("NOTIFICATIONS-0@3.0", "a letter is named after its order and kind",
                 with_sent(3, [](auto& sent) { sent.notification_id = id_of<NotificationId>(7); }));
}
