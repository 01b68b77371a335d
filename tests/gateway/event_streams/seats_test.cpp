#include <catch2/catch.hpp>

#include <vector>

#include "gateway/event_streams/seats.hpp"

using namespace ordo;
using namespace ordo::event_streams;

TEST_CASE("a user has as many seats as the limit says, and again one for each that is given back") {
  Seats seats({.seats_max = 100, .seats_per_user_max = 2});
  const auto anna = UserId::random();
  auto first = seats.take(anna);
  const auto second = seats.take(anna);
  REQUIRE((first && second));
  const auto third = seats.take(anna);
  REQUIRE_FALSE(third);
  CHECK(third.error().code == http::ProblemCode::rate_limited);
  CHECK(http::find_header(third.error().headers, "Retry-After"));
  CHECK(seats.take(UserId::random()));
  first->reset();
  CHECK(seats.take(anna));
}

TEST_CASE("a gateway has as many seats as the limit says") {
  Seats seats({.seats_max = 3, .seats_per_user_max = 2});
  std::vector<Seats::Seat> taken;
  for (int count = 0; count < 3; ++count) taken.push_back(*seats.take(UserId::random()));
  const auto more = seats.take(UserId::random());
  REQUIRE_FALSE(more);
  CHECK(more.error().code == http::ProblemCode::overloaded);
  CHECK(http::find_header(more.error().headers, "Retry-After"));
  CHECK(seats.taken() == 3);
  taken.clear();
  CHECK(seats.taken() == 0);
}

TEST_CASE("a seat may be given back after its books are closed") {
  Seats::Seat seat;
  {
    Seats seats;
    seat = *seats.take(UserId::random());
  }
  seat.reset();
}
