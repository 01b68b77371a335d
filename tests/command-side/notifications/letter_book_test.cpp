#include "command-side/notifications/letter_book.hpp"

#include "tests/command-side/given.hpp"

namespace ordo::notifications {
namespace {

using GivenLetters = testing::Given<LetterDecider>;

const OrderId kOrder = OrderId::derived("test", {"order"});
const UserId kAnna = UserId::derived("test", {"anna"});
const NotificationId kLetter = notification_of(kOrder, Kind::happiness);
constexpr Timestamp kNoon{1'800'000'000'000};
const Delivery kDelivery{kLetter, kOrder, kAnna, Kind::happiness, {7, 3}};

DeliveryReport sent(Timestamp at = kNoon) { return {kDelivery, Delivered{Channel::email, Locale::russian, 1}, at}; }
DeliveryReport not_sent(bool permanent, Timestamp at = kNoon) { return {kDelivery, Undelivered{"mailbox away", permanent}, at}; }

NotificationSent sent_event(std::uint32_t attempts) {
  return {kLetter, kOrder, kAnna, Channel::email, Kind::happiness, Locale::russian, 1, attempts};
}
NotificationFailed failed_event(std::uint32_t attempts, std::optional<Timestamp> next) {
  return {kLetter, kOrder, kAnna, Channel::email, Kind::happiness, attempts, "mailbox away", next, {7, 3}};
}

TEST_CASE("a letter that was delivered is recorded as sent, once") {
  GivenLetters({}).when(sent()).then(sent_event(1));
  GivenLetters({sent_event(1)}).when(sent()).then_nothing();
}

TEST_CASE("a letter that failed is recorded with its next attempt, each later than the one before") {
  const Timestamp second{kNoon.unix_ms + 5'000};
  const Timestamp third{kNoon.unix_ms + 10'000};
  GivenLetters({}).when(not_sent(false)).then(failed_event(1, second));
  GivenLetters({failed_event(1, second)}).when(not_sent(false)).then(failed_event(2, third));
  GivenLetters({failed_event(30, second)}).when(not_sent(false)).then(failed_event(31, Timestamp{kNoon.unix_ms + kRetryDelayMsMax}));
}

TEST_CASE("a letter is given up when trying again cannot help, and after the last attempt") {
  GivenLetters({}).when(not_sent(true)).then(failed_event(1, std::nullopt));
  GivenLetters({failed_event(kAttemptsMax - 1, kNoon)}).when(not_sent(false)).then(failed_event(kAttemptsMax, std::nullopt));
  GivenLetters({failed_event(1, std::nullopt)}).when(sent()).then_nothing();
}

TEST_CASE("a letter that failed before and is delivered now counts its attempts") {
  GivenLetters({failed_event(1, kNoon)}).when(sent()).then(sent_event(2));
}

TEST_CASE("only letters whose time has come are due, the longest due first") {
  const GivenLetters given({failed_event(1, kNoon)});
  CHECK(given.state().due({kNoon.unix_ms - 1}, 10).empty());
  REQUIRE(given.state().due(kNoon, 10).size() == 1);
  CHECK(given.state().due(kNoon, 10).front().delivery.notification_id == kLetter);
  CHECK(GivenLetters({failed_event(1, kNoon), sent_event(2)}).state().due(kNoon, 10).empty());
}

TEST_CASE("each end of an order has a letter of its own kind; a paid order that is cancelled waits for its refund's") {
  orders::OrderUpdateMessage update;
  update.purchase.order_id = kOrder;
  update.status = orders::Status::paid;
  CHECK(delivery_for(update, {1, 0})->kind == Kind::happiness);
  update.status = orders::Status::cancelled;
  CHECK(delivery_for(update, {1, 0})->kind == Kind::grief);
  update.reason = orders::CancelReason::requested;
  CHECK(delivery_for(update, {1, 0})->kind == Kind::cancellation);
  update.payment_operation_id = OperationId::derived("test", {"payment"});
  CHECK_FALSE(delivery_for(update, {1, 0}));
  update.status = orders::Status::refunded;
  CHECK(delivery_for(update, {1, 0})->kind == Kind::refund);
  CHECK(delivery_for(update, {1, 0})->notification_id == notification_of(kOrder, Kind::refund));
}

}  // namespace
}  // namespace ordo::notifications
