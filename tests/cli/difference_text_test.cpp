#include <catch2/catch.hpp>

#include "cli/difference_text.hpp"

using namespace ordo::cli;
using ordo::projections::RowFate;

namespace {

const Differences kDifferences{
    {.table = "balances", .rows_before = 7, .rows_after = 7},
    {.table = "entries", .rows_before = 9, .rows_after = 10, .only_after = 1},
    {.table = "orders", .rows_before = 1'000, .rows_after = 998, .only_before = 2, .changed = 410,
     .columns = {{"total", 410}, {"status", 1}},
     .samples = {{RowFate::only_before, "order_id=1", {}}, {RowFate::changed, "order_id=2", {{"total", "1234", "1200"}, {"note", {}, "x"}}}}}};

}  // namespace

TEST_CASE("what differs is said in one line: how many rows of what, and in which columns") {
  CHECK(summary_of(kDifferences) ==
        "1 entries and 412 orders differ: entries 1 only in read_next; orders 410 changed (total 410, status 1), 2 only in read");
  CHECK_FALSE(all_same(kDifferences));
}

TEST_CASE("where nothing differs it is said how much was looked at") {
  CHECK(summary_of({kDifferences.front()}) == "nothing differs: 1 tables, 7 rows");
  CHECK(all_same({kDifferences.front()}));
}

TEST_CASE("samples name the row, and each column that differs with both values") {
  const auto text = difference_text(kDifferences, false);
  CHECK_THAT(text, Catch::Contains("\norders order_id=1: only in read\n"));
  CHECK_THAT(text, Catch::Contains("\norders order_id=2\n  total: 1234 -> 1200\n  note: null -> x\n"));
}

TEST_CASE("programs are told the same, a table without a value for what is null") {
  const auto json = difference_json(kDifferences);
  CHECK_THAT(json, Catch::StartsWith(R"({"same":false,"summary":"1 entries)"));
  CHECK_THAT(json, Catch::Contains(R"({"fate":"changed","key":"order_id=2","columns":{"total":{"before":"1234","after":"1200"},"note":{"after":"x"}}})"));
  CHECK(std::ranges::count(difference_lines(kDifferences), '\n') == 3);
}

TEST_CASE("a column that only one version has is a difference, though every row is the same") {
  const Differences differences{{.table = "orders", .rows_before = 1, .rows_after = 1, .columns_after = {"channel"}}};
  CHECK(summary_of(differences) == "no rows, but columns differ: orders columns: channel only in read_next");
}
