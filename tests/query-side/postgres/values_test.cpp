// Every type goes to the server and comes back as it was.

#include <limits>

#include <catch2/catch.hpp>

#include "tests/query-side/postgres/temporary_database.hpp"

using namespace ordo;
using namespace ordo::postgres;
using ordo::tests::must;
using ordo::tests::TemporaryDatabase;

namespace {

const std::vector<std::string> kAwkwardTexts{"",         "O'Reilly",      "\"quoted\"", "back\\slash", "{a,b}", "NULL",
                                             "$1; DROP", "line\nbreak\t", "Żółć",       "Привет, 世界", "😀",     "\x01\x7f"};

}  // namespace

TEST_CASE("scalars come back as they were sent") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const auto user = UserId::random();
  const Timestamp time{1'769'903'999'999};
  const auto rows = must(connection.execute(
      "SELECT $1::bigint, $2::boolean, $3::uuid, $4::timestamptz, $5::text, $6::bytea",
      std::numeric_limits<std::int64_t>::min(), true, user, time, "text", Bytes{std::string_view("\0\xff'\\", 4)}));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].get<std::int64_t>(0) == std::numeric_limits<std::int64_t>::min());
  CHECK(rows[0].get<bool>(1));
  CHECK(rows[0].get<UserId>(2) == user);
  CHECK(rows[0].get<Timestamp>(3) == time);
  CHECK(rows[0].get<std::string>(4) == "text");
  CHECK(rows[0].bytes(5) == std::string_view("\0\xff'\\", 4));
}

TEST_CASE("times keep their milliseconds, before 1970 and after 2038 too") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  for (const std::int64_t unix_ms : {0L, 1L, 10L, 100L, 1000L, -1L, -62'135'596'800'000L, 253'402'300'799'999L, 4'102'444'800'120L}) {
    const auto rows = must(connection.execute("SELECT $1::timestamptz", Timestamp{unix_ms}));
    CHECK(rows[0].get<Timestamp>(0).unix_ms == unix_ms);
  }
}

TEST_CASE("awkward texts come back as they were sent, alone and in arrays, and NULL is none of them") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  Column<std::string> column;
  for (const auto& text : kAwkwardTexts) column.push(text);
  column.push_null();
  const auto rows = must(connection.execute(
      "SELECT value, $2::text[] FROM unnest($1::text[]) WITH ORDINALITY AS t(value, place) ORDER BY place", column, kAwkwardTexts));
  REQUIRE(rows.size() == kAwkwardTexts.size() + 1);
  for (std::size_t index = 0; index < kAwkwardTexts.size(); ++index) {
    CHECK(rows[index].get<std::string>(0) == kAwkwardTexts[index]);
    CHECK(must(connection.execute("SELECT $1::text", kAwkwardTexts[index]))[0].get<std::string>(0) == kAwkwardTexts[index]);
  }
  CHECK(rows[kAwkwardTexts.size()].get<std::optional<std::string>>(0) == std::nullopt);
  CHECK(rows[0].get<std::vector<std::string>>(1) == kAwkwardTexts);
}

TEST_CASE("text with U+0000 or broken UTF-8 is refused and never cut") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  for (const std::string_view text : {std::string_view("a\0b", 3), std::string_view("\xff")}) {
    const auto answer = connection.execute("SELECT $1::text", text);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == FailureKind::corrupt);
  }
  CHECK(connection.usable());
}

TEST_CASE("one statement writes many rows from columns") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(connection.run_script("CREATE TABLE orders (id uuid PRIMARY KEY, total bigint NOT NULL, paid boolean NOT NULL, note text, "
                             "data jsonb NOT NULL, made timestamptz NOT NULL)"));
  Column<OrderId> ids;
  Column<std::int64_t> totals;
  Column<bool> paid;
  Column<std::string> notes;
  Column<std::string> data;
  Column<Timestamp> made;
  for (std::int64_t index = 0; index < 1000; ++index) {
    ids.push(OrderId::random());
    totals.push(index);
    paid.push(index % 2 == 0);
    notes.push(index % 3 == 0 ? std::nullopt : std::optional<std::string>("it's " + std::to_string(index)));
    data.push("{\"index\":" + std::to_string(index) + "}");
    made.push(Timestamp{index});
  }
  const auto written = must(connection.execute(
      "INSERT INTO orders SELECT id, total, paid, note, data::jsonb, made FROM unnest($1::uuid[], $2::bigint[], $3::boolean[], "
      "$4::text[], $5::text[], $6::timestamptz[]) AS t(id, total, paid, note, data, made)",
      ids, totals, paid, notes, data, made));
  CHECK(written.affected() == 1000);
  const auto sums = must(connection.execute(
      "SELECT sum(total)::bigint, count(*) FILTER (WHERE paid), count(note), count(*) FILTER (WHERE (data->>'index')::bigint = total) FROM orders"));
  CHECK(sums[0].get<std::int64_t>(0) == 499'500);
  CHECK(sums[0].get<std::int64_t>(1) == 500);
  CHECK(sums[0].get<std::int64_t>(2) == 666);
  CHECK(sums[0].get<std::int64_t>(3) == 1000);
}

TEST_CASE("empty columns and empty answers are nothing special") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const auto rows = must(connection.execute("SELECT unnest($1::uuid[])", Column<UserId>()));
  CHECK(rows.empty());
  for (const auto row : rows) FAIL_CHECK(row.is_null(0));
}
