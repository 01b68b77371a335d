#include "cli/export_range.hpp"

#include <catch2/catch.hpp>

#include "tests/events/log/archive/archive_fixture.hpp"

namespace ordo::cli {
namespace {

using namespace log::archive;
using projections::Moment;

// Messages 1 to 10 of two events each, at 10, 11, 20, 21, … 101.
struct TenMessages {
  TenMessages() {
    for (std::int64_t number = 1; number <= 10; ++number) {
      auto run = run_of(2, "said");
      run.events[0].time = {10 * number};
      run.events[1].time = {10 * number + 1};
      store(log, kOrders, run);
    }
    log.expire_before(kOrders, 3);
  }

  log::LogRange range(const ExportBounds& bounds) { return export_ranges(log, {{kOrders, 9}}, bounds).value().front(); }

  log::InMemoryLog log;
};

TEST_CASE("without moments an export reaches from the first that is left to the cut") {
  TenMessages ten;
  const auto range = ten.range({});
  CHECK(range.from == 3);
  CHECK(range.until == 9);
}

TEST_CASE("an export takes the messages with an event behind the one moment and up to the other") {
  TenMessages ten;
  const auto [from, to, first, last] = GENERATE(table<std::int64_t, std::int64_t, std::uint64_t, std::uint64_t>({
      {50, 70, 5, 7},   // a message that lies on a moment belongs to both sides
      {51, 69, 6, 6},
      {0, 1000, 3, 9},  // what is forgotten, and what is behind the cut, is not there
      {72, 79, 8, 7},   // nothing
  }));
  const auto range = ten.range({Moment(Timestamp{from}), Moment(Timestamp{to})});
  CHECK(range.from == first);
  CHECK(range.until == last);
}

TEST_CASE("partitions that a moment does not speak of are left out") {
  TenMessages ten;
  const log::StreamName elsewhere{log::StreamKind::orders, 1};
  fill(ten.log, elsewhere, 3);
  const auto place = Moment::at(ten.log, {{kOrders, {5, projections::kLastIndex}}}).value();
  const auto ranges = export_ranges(ten.log, {{kOrders, 9}, {elsewhere, 3}}, {std::nullopt, place}).value();
  REQUIRE(ranges.size() == 1);
  CHECK(ranges.front().stream == kOrders);
  CHECK(ranges.front().until == 5);
}

}  // namespace
}  // namespace ordo::cli
