#include <catch2/catch.hpp>

#include "events/vocabulary/time.hpp"

namespace ordo {
namespace {

TEST_CASE("times are RFC 3339 in UTC with milliseconds") {
  struct Row {
    std::int64_t unix_ms;
    const char* text;
  };
  const auto row = GENERATE(Row{0, "1970-01-01T00:00:00.000Z"}, Row{1, "1970-01-01T00:00:00.001Z"},
                            Row{-1, "1969-12-31T23:59:59.999Z"}, Row{1'709'164'800'000, "2024-02-29T00:00:00.000Z"},
                            Row{1'769'903'999'999, "2026-01-31T23:59:59.999Z"},
                            Row{253'402'300'799'999, "9999-12-31T23:59:59.999Z"});
  CHECK(text(Timestamp{row.unix_ms}) == row.text);
  CHECK(parse_timestamp(row.text) == Timestamp{row.unix_ms});
}

TEST_CASE("a time that four digits cannot say is shown as the first or the last that they can") {
  CHECK(text(Timestamp{INT64_MIN}) == "0000-01-01T00:00:00.000Z");
  CHECK(text(Timestamp{INT64_MAX}) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("what is no such time is refused") {
  const auto* const text = GENERATE("", "2026-01-31", "2026-01-31T23:59:59Z", "2026-01-31 23:59:59.999Z",
                                    "2026-01-31T23:59:59.999",
                                    "2026-01-31T23:59:59.999+00:00", "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z",
                                    "2026-00-01T00:00:00.000Z", "2026-01-00T00:00:00.000Z", "2026-01-01T24:00:00.000Z",
                                    "2026-01-01T00:60:00.000Z", "2026-01-01T00:00:60.000Z", "2026-01-01T00:00:00.00xZ",
                                    "-026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000z");
  CAPTURE(text);
  CHECK_FALSE(parse_timestamp(text));
}

TEST_CASE("the system's clock tells a time of this century") {
  SystemClock clock;
  CHECK(clock.now() > Timestamp{1'700'000'000'000});
  CHECK(clock.now() < Timestamp{4'102'444'800'000});
}

}  // namespace
}  // namespace ordo
