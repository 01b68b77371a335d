#include <catch2/catch.hpp>

#include "tests/query-side/postgres/temporary_database.hpp"

using namespace ordo;
using namespace ordo::tests;
using postgres::CopyRows;

namespace {

constexpr auto kInto = "copied (id, big, small, said, about, at)";

struct Target {
  TemporaryDatabase database;
  postgres::Connection connection = database.connect();

  Target() {
    must(connection.run_script("create table copied (id uuid, big bigint check (big > 0), small integer, said text, about jsonb, at timestamptz)"));
  }

  std::int64_t rows() { return must(connection.execute("select count(*) from copied"))[0].get<std::int64_t>(0); }
};

CopyRows rows_of(std::int64_t big, std::uint32_t small = 7, std::string_view said = "so") {
  CopyRows rows;
  rows.add(OrderId::random(), big, small, said, std::nullopt, std::optional<Timestamp>());
  return rows;
}

}  // namespace

TEST_CASE("a row that is copied is read as it was written") {
  Target target;
  const auto id = OrderId::random();
  const Timestamp at{1'790'000'000'123};
  CopyRows rows;
  rows.add(id, std::int64_t{1} << 40, std::uint32_t{2'000'000'000}, "Чай\tи \"мёд\"\\", postgres::Json{R"({"a":[1,null]})"}, at);
  rows.add(std::optional<OrderId>(), std::optional<std::int64_t>(), std::optional<std::uint32_t>(), std::optional<std::string>(), std::nullopt,
           std::nullopt);
  auto transaction = must(target.connection.begin());
  must(transaction.copy(kInto, std::move(rows)));
  must(transaction.commit());
  const auto read = must(target.connection.execute("select id, big, small, said, about->'a'->>0, at from copied order by id nulls last"));
  REQUIRE(read.size() == 2);
  CHECK(read[0].get<OrderId>(0) == id);
  CHECK(read[0].get<std::int64_t>(1) == std::int64_t{1} << 40);
  CHECK(read[0].get<std::int64_t>(2) == 2'000'000'000);
  CHECK(read[0].get<std::string>(3) == "Чай\tи \"мёд\"\\");
  CHECK(read[0].get<std::string>(4) == "1");
  CHECK(read[0].get<Timestamp>(5) == at);
  for (int column = 0; column < 6; ++column) CHECK(read[1].is_null(column));
}

TEST_CASE("no row at all is copied in silence") {
  Target target;
  auto transaction = must(target.connection.begin());
  must(transaction.copy(kInto, CopyRows()));
  must(transaction.commit());
  CHECK(target.rows() == 0);
}

TEST_CASE("values that a table refuses are told apart from other failures, and an attempt to copy them leaves no trace") {
  Target target;
  auto transaction = must(target.connection.begin());
  must(transaction.copy(kInto, rows_of(1)));
  for (auto rows : {rows_of(-1), rows_of(1, 4'000'000'000), rows_of(1, 7, "\xff"), rows_of(1, 7, std::string_view("a\0b", 3))}) {
    const auto refused = transaction.attempt([&] { return transaction.copy(kInto, std::move(rows)); });
    REQUIRE_FALSE(refused);
    CHECK(postgres::is_refusal_of_values(refused.error()));
    CHECK(refused.error().text.find("DETAIL") == std::string::npos);
  }
  const auto unknown = transaction.attempt([&] { return transaction.copy("nowhere (id)", rows_of(1)); });
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == FailureKind::corrupt);
  CHECK_FALSE(postgres::is_refusal_of_values(unknown.error()));
  must(transaction.copy(kInto, rows_of(2)));
  must(transaction.commit());
  CHECK(target.rows() == 2);
}

TEST_CASE("a copy larger than any buffer goes through whole, or is refused whole") {
  Target target;
  const bool sound = GENERATE(true, false);
  CopyRows rows;
  for (int count = 0; count < 200'000; ++count) {
    rows.add(OrderId::random(), std::int64_t{sound || count != 3 ? 1 : -1}, std::uint32_t{1}, "said", std::nullopt, std::nullopt);
  }
  {
    auto transaction = must(target.connection.begin());
    CHECK(transaction.copy(kInto, std::move(rows)).has_value() == sound);
    CHECK(transaction.commit().has_value() == sound);
  }
  CHECK(target.rows() == (sound ? 200'000 : 0));
}

TEST_CASE("a copy on a connection that was killed is unavailable, and the connection is of no use any more") {
  Target target;
  auto transaction = must(target.connection.begin());
  (void)target.database.kill_connections();
  const auto copied = transaction.copy(kInto, rows_of(1));
  REQUIRE_FALSE(copied);
  CHECK(copied.error().kind == FailureKind::unavailable);
  CHECK_FALSE(target.connection.usable());
}
