#include <catch2/catch.hpp>

#include "gateway/event_streams/place.hpp"

using namespace ordo;
using namespace ordo::event_streams;

TEST_CASE("a place is written and read back") {
  for (const Place& place : {Place{}, Place{{{{1, 2}, {3, 4}, {18446744073709551615ULL, 4294967295U}}}}}) {
    CHECK(parse_place(text(place)) == place);
  }
  CHECK(text(Place{{{{1, 2}, {3, 4}, {5, 6}}}}) == "1.2 3.4 5.6");
}

TEST_CASE("what is not a place is not read as one") {
  for (const auto* wrong : {"", "1.2 3.4", "1.2 3.4 5", "1.2 3.4 5.6 ", "1.2 3.4 5.6 7.8", "1.2  3.4 5.6", "-1.2 3.4 5.6", "1.2 3.4 5.x",
                            "18446744073709551616.0 0.0 0.0", "0.4294967296 0.0 0.0"}) {
    INFO(wrong);
    CHECK_FALSE(parse_place(wrong));
  }
}

TEST_CASE("whoever has an event is asked for the next one; whoever has only its command, for the event") {
  const EventPlace place{"ORDERS-3", 17, 4};
  Place reached;
  reached.marks[0] = behind_command(place);
  CHECK(first_beyond(reached, 0, 3) == place);
  reached.marks[0] = behind(place);
  CHECK(first_beyond(reached, 0, 3) == EventPlace{"ORDERS-3", 17, 5});
  CHECK(behind_command(place) < behind(place));
  CHECK(behind(place) < behind_command({"ORDERS-3", 17, 5}));
  CHECK(behind(place) < Mark{18, 0});
}

TEST_CASE("of all streams those are watched that tell of orders") {
  CHECK(watched_kind("ORDERS-0") == 0U);
  CHECK(watched_kind("BILLING-12") == 1U);
  CHECK(watched_kind("NOTIFICATIONS-3") == 2U);
  for (const auto* other : {"COMMANDS-0", "USERS-1", "AUDIT", "ORDERS", "nonsense"}) CHECK_FALSE(watched_kind(other));
}
