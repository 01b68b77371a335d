#include <catch2/catch.hpp>

#include "cli/moment_text.hpp"

using namespace ordo;
using cli::parse_moment;

namespace {

using Places = std::vector<log::StreamPosition>;

const log::StreamPosition kPlace{{log::StreamKind::orders, 2}, {17, 3}};

}  // namespace

TEST_CASE("a moment is named by a time, a place, or the position that a client was given") {
  CHECK(std::holds_alternative<cli::Now>(*parse_moment("now")));
  CHECK(std::get<Timestamp>(*parse_moment("1970-01-01T00:00:01Z")) == Timestamp{1'000});
  CHECK(std::get<Timestamp>(*parse_moment("1970-01-01T00:00:01.500Z")) == Timestamp{1'500});
  CHECK(std::get<Places>(*parse_moment("ORDERS-2@17.3")) == Places{kPlace});
  CHECK(std::get<Places>(*parse_moment("ORDERS-2@17")) == Places{{kPlace.stream, {17, projections::kLastIndex}}});
  CHECK(std::get<Places>(*parse_moment(log::encode_position_token({kPlace}))) == Places{kPlace});
}

TEST_CASE("what is no moment is told what would be one") {
  for (const auto* wrong : {"", "yesterday", "2026-01-31", "2026-01-31T12:00:00", "ORDERS-2", "ORDERS-2@", "ORDERS-2@x", "NOTHING-2@1"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_moment(wrong));
    CHECK(cli::check_moment(wrong).find("ORDERS-2@17.3") != std::string::npos);
  }
  CHECK(cli::check_moment("now").empty());
}
