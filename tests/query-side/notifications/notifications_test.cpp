#include <set>

#include <catch2/catch.hpp>

#include "query-side/notifications/notifications.hpp"
#include "tests/projections/read_models.hpp"

using namespace ordo;
using namespace ordo::tests;

TEST_CASE("a user's letters come page by page, newest first, each with its order") {
  const TemporaryDatabase database;
  const Story story({.seed = 61});
  project(database, story, "read");
  postgres::Pool pool(database.pool_options());
  std::set<NotificationId> seen;
  for (const auto& user : story.users()) {
    std::optional<notifications::NotificationKey> after;
    do {
      const auto page = must(notifications::list_notifications(pool, user, 4, after));
      for (const auto& letter : page.notifications) {
        CHECK(letter.user_id == user);
        if (after) CHECK(std::pair(letter.created_at, letter.notification_id) < std::pair(after->created_at, after->notification_id));
        CHECK((letter.state == "sent") == letter.sent_at.has_value());
        CHECK((letter.state == "sent") == letter.locale.has_value());
        REQUIRE(letter.order);
        if (letter.kind == "letter_of_grief") CHECK(letter.order->cancel_reason == "INSUFFICIENT_FUNDS");
        CHECK(letter.order->items_json.starts_with("[{"));
        seen.insert(letter.notification_id);
      }
      after = page.next;
    } while (after);
  }
  CHECK(seen.size() >= story.purchases().size());
}

TEST_CASE("a letter whose order is not projected yet is shown without it") {
  const TemporaryDatabase database;
  const Story story({.seed = 62});
  project(database, story, "read");
  must(database.connect().run_script("delete from read.orders"));
  postgres::Pool pool(database.pool_options());
  const auto page = must(notifications::list_notifications(pool, story.users().front(), 1, {}));
  REQUIRE(page.notifications.size() == 1);
  CHECK_FALSE(page.notifications[0].order);
}

TEST_CASE("letters are degraded as long as one of them is parked") {
  const TemporaryDatabase database;
  const Story story({.seed = 63});
  project(database, story, "read");
  postgres::Pool pool(database.pool_options());
  const auto user = story.users().front();
  CHECK_FALSE(must(notifications::list_notifications(pool, user, 1, {})).degraded);
  must(database.connect().execute("insert into read.parked_keys values ($1::uuid, $2::uuid, 'notifications', 1, 0, null, null, null, now())", user,
                                  story.purchases().front().order_id));
  CHECK(must(notifications::list_notifications(pool, user, 1, {})).degraded);
  CHECK_FALSE(must(notifications::list_notifications(pool, story.users().back(), 1, {})).degraded);
}
