#include <catch2/catch.hpp>

#include "projections/notifications/notification_rows.hpp"
#include "tests/projections/envelope.hpp"

using namespace ordo;
using namespace ordo::tests;
using namespace ordo::notifications;
using projections::NotificationRow;
using projections::NotificationRows;

namespace {

const NotificationId kLetter = id_of<NotificationId>(1);
const OrderId kOrder = id_of<OrderId>(2);
const UserId kUser = id_of<UserId>(3);

NotificationFailed failed(std::uint32_t attempts, std::optional<Timestamp> next) {
  return {kLetter, kOrder, kUser, Channel::email, Kind::happiness, attempts, "the mail server is away", next, {}};
}

const NotificationSent kSent{kLetter, kOrder, kUser, Channel::email, Kind::happiness, Locale::russian, 1, 2};

NotificationRow row_with(std::string_view state, std::uint32_t attempts) {
  NotificationRow row{kLetter, kOrder, kUser, Channel::email, Kind::happiness};
  row.state = state;
  row.attempts = attempts;
  row.is_new = true;
  row.created_at = {1'000};
  row.correlation_id = "request-1";
  return row;
}

}  // namespace

TEST_CASE("a letter that failed and has a next attempt is retrying") {
  NotificationRows rows("read");
  rows.add(envelope("NotificationFailed.v1", 1'000), failed(1, Timestamp{5'000}));
  auto expected = row_with("retrying", 1);
  expected.reason = "the mail server is away";
  expected.next_attempt_at = Timestamp{5'000};
  CHECK(rows.rows() == std::vector{expected});
}

TEST_CASE("a letter that failed for the last time is failed") {
  NotificationRows rows("read");
  rows.add(envelope("NotificationFailed.v1", 1'000), failed(1, Timestamp{5'000}));
  rows.add(envelope("NotificationFailed.v1", 5'000), failed(2, {}));
  auto expected = row_with("failed", 2);
  expected.reason = "the mail server is away";
  CHECK(rows.rows() == std::vector{expected});
}

TEST_CASE("a letter that is sent after a failure is one row: sent, and as old as its first attempt") {
  NotificationRows rows("read");
  rows.add(envelope("NotificationFailed.v1", 1'000), failed(1, Timestamp{5'000}));
  rows.add(envelope("NotificationSent.v1", 5'000), kSent);
  auto expected = row_with("sent", 2);
  expected.locale = Locale::russian;
  expected.template_version = 1;
  expected.sent_at = Timestamp{5'000};
  CHECK(rows.rows() == std::vector{expected});
}

TEST_CASE("a letter whose first attempt was in an earlier batch is not new") {
  NotificationRows rows("read");
  rows.add(envelope("NotificationFailed.v1", 5'000), failed(2, Timestamp{9'000}));
  rows.add(envelope("NotificationSent.v1", 9'000), kSent);
  REQUIRE(rows.rows().size() == 1);
  CHECK_FALSE(rows.rows()[0].is_new);
  CHECK(rows.rows()[0].created_at == Timestamp{5'000});
}

TEST_CASE("a first attempt that is told twice stays two rows, so that the key refuses the second whatever the batch") {
  NotificationRows rows("read");
  rows.add(envelope("NotificationFailed.v1", 1'000), failed(1, Timestamp{5'000}));
  rows.add(envelope("NotificationFailed.v1", 2'000), failed(1, Timestamp{6'000}));
  REQUIRE(rows.rows().size() == 2);
  CHECK((rows.rows()[0].is_new && rows.rows()[1].is_new));
}
