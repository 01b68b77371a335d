#include <catch2/catch.hpp>

#include "events/notifications/describe.hpp"
#include "tests/events/payloads.hpp"

namespace ordo::notifications {
namespace {

TEST_CASE("what happens to a letter is told in one line") {
  const auto id = id_of<NotificationId>(1);
  const auto order = id_of<OrderId>(2);
  const auto user = id_of<UserId>(3);
  CHECK(summary(Event(NotificationSent{id, order, user, Channel::email, Kind::happiness, Locale::russian, 1, 2})) ==
        "letter_of_happiness in ru, attempt 2");
  NotificationFailed failed{id, order, user, Channel::email, Kind::grief, 1, "away", Timestamp{1'000}, {}};
  CHECK(summary(Event(failed)) == "letter_of_grief, attempt 1 failed: away; tried again from 1970-01-01T00:00:01.000Z");
  failed.next_attempt.reset();
  CHECK(summary(Event(failed)) == "letter_of_grief, attempt 1 failed: away; given up");
}

}  // namespace
}  // namespace ordo::notifications
