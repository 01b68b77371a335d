#include <sstream>

#include <catch2/catch.hpp>

#include "cli/rebuild_text.hpp"

using namespace ordo;
using namespace ordo::cli;
using projections::RebuildProgress;

TEST_CASE("large numbers are grouped and times are told in two units") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1,000");
  CHECK(grouped(1'234'567) == "1,234,567");
  CHECK(duration_text(0.2) == "1 s");
  CHECK(duration_text(59) == "59 s");
  CHECK(duration_text(250) == "4 min 10 s");
  CHECK(duration_text(7'500) == "2 h 5 min");
}

TEST_CASE("events that were not read yet are concluded from those that were, and what stood there counts as done") {
  const auto figures = figures_of({.messages_before = 200, .messages_done = 400, .messages_total = 1'000, .events_done = 2'000}, 3'000);
  CHECK(figures.percent == 40);
  CHECK(figures.events_done == 4'000);
  CHECK(figures.events_total == 10'000);
  CHECK(figures.seconds_left == Approx(2));
  CHECK(figures.messages_behind == 600);
  CHECK(line_of(figures) == "rebuild:  40 %, 4,000 of about 10,000 events, 3,000 events/s, 2 s left, 600 messages behind the log");
  CHECK(bar_of(figures) == "[############..................]  40 %  4,000 of ~10,000 events  3,000/s  2 s left  600 behind");
}

TEST_CASE("a rebuild of nothing is done") {
  const auto figures = figures_of({}, 0);
  CHECK(figures.percent == 100);
  CHECK(figures.seconds_left == 0);
}

TEST_CASE("on a terminal one line moves and is left in the end, elsewhere there is a line every few seconds") {
  std::ostringstream terminal, file;
  {
    RebuildDisplay moving(terminal, true), plain(file, false);
    for (const std::uint64_t done : {10U, 20U, 30U}) {
      moving.show({.messages_done = done, .messages_total = 30, .events_done = done, .events_per_second = 10});
      plain.show({.messages_done = done, .messages_total = 30, .events_done = done, .events_per_second = 10});
    }
  }
  CHECK(std::ranges::count(terminal.str(), '\r') == 3);
  CHECK(std::ranges::count(terminal.str(), '\n') == 1);
  CHECK(std::ranges::count(file.str(), '\n') == 1);
  CHECK_THAT(file.str(), Catch::StartsWith("rebuild:  33 %"));
}

TEST_CASE("while keys and indexes are made the display says so, and how many tables are left") {
  std::ostringstream terminal, file;
  {
    RebuildDisplay moving(terminal, true), plain(file, false);
    for (auto* display : {&moving, &plain}) display->show({.messages_done = 30, .messages_total = 30, .events_done = 30, .tables_left = 3});
  }
  CHECK_THAT(terminal.str(), Catch::Contains("its keys and indexes are made, 3 tables left"));
  CHECK_THAT(file.str(), Catch::StartsWith("rebuild: all that is in the log is there"));
}

TEST_CASE("a plan says what is dropped, what is made and how much there is to do") {
  const auto text = plan_text({.goes_on = false, .note = "orders made anew, the rest kept", .standing = "the past up to ORDERS-1@2.0",
                               .messages_total = 1'500, .messages_done = 500, .events_left = 120'000});
  CHECK_THAT(text, Catch::Contains("drop those that stand there (the past up to ORDERS-1@2.0)"));
  CHECK_THAT(text, Catch::Contains("orders made anew, the rest kept"));
  CHECK_THAT(text, Catch::Contains("1,000 of 1,500 are to be read"));
  CHECK_THAT(text, Catch::Contains("about 120,000; at 50,000 events/s that takes 3 s"));
}

TEST_CASE("the end says what was not done twice") {
  const projections::Rebuilt rebuilt{.finished = true, .went_on = true, .progress = {.messages_before = 60, .messages_done = 100, .messages_total = 100},
                                     .events = 4'000, .took = std::chrono::milliseconds(2'000)};
  CHECK(end_text(rebuilt) == "rebuilt from 4,000 events more in 2.0 s, 2,000 events/s; 60 of 100 messages were done before and not read again");
}
