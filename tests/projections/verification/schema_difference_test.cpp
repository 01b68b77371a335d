#include <catch2/catch.hpp>

#include "projections/verification/schema_difference.hpp"
#include "tests/query-side/postgres/temporary_database.hpp"

using namespace ordo;
using namespace ordo::tests;
using projections::RowFate;

namespace {

struct TwoSchemas {
  TemporaryDatabase database;
  postgres::Connection connection = database.connect();

  TwoSchemas() {
    run("create schema here; create table here.orders (id bigint primary key, total bigint, note text)");
    run("create schema there; create table there.orders (id bigint primary key, total bigint, note text)");
  }
  void run(const std::string& sql) { must(connection.run_script(sql)); }
  std::vector<projections::TableDifference> compare(std::size_t samples_max = 3) {
    auto transaction = must(connection.begin());
    return must(projections::compare_schemas(transaction, "here", "there", samples_max));
  }
};

}  // namespace

TEST_CASE("rows that are only here, only there and different are counted, columns too, and a few are shown") {
  TwoSchemas two;
  two.run("insert into here.orders select id, 100 + id, 'a' from generate_series(1, 10) as id");
  two.run("insert into there.orders select id, case when id > 6 then 0 else 100 + id end, case id when 9 then null else 'a' end "
          "from generate_series(3, 12) as id");
  const auto differences = two.compare(2);
  REQUIRE(differences.size() == 1);
  const auto& orders = differences[0];
  CHECK(orders.rows_before == 10);
  CHECK(orders.rows_after == 10);
  CHECK(orders.only_before == 2);
  CHECK(orders.only_after == 2);
  CHECK(orders.changed == 4);
  CHECK(orders.differing() == 8);
  REQUIRE(orders.columns.size() == 2);
  CHECK(orders.columns[0].column == "total");
  CHECK(orders.columns[0].rows == 4);
  CHECK(orders.columns[1].rows == 1);
  REQUIRE(orders.samples.size() == 6);
  CHECK(orders.samples[0].fate == RowFate::only_before);
  CHECK(orders.samples[0].key == "id=1");
  CHECK(orders.samples[2].key == "id=11");
  CHECK(orders.samples[4].key == "id=7");
  REQUIRE(orders.samples[4].changes.size() == 1);
  CHECK(orders.samples[4].changes[0].before == "107");
  CHECK(orders.samples[4].changes[0].after == "0");
}

TEST_CASE("equal tables have no difference, whatever stands in their columns") {
  TwoSchemas two;
  two.run("insert into here.orders values (1, null, null), (2, 5, 'x'); insert into there.orders values (2, 5, 'x'), (1, null, null)");
  CHECK(two.compare()[0].same());
}

TEST_CASE("a table that is a view in the other version is compared with what the view shows, under the table's key") {
  TwoSchemas two;
  two.run("create table here.halves (id bigint, side text, half bigint, primary key (id, side)); insert into here.orders values (1, 4), (2, 8); "
          "create view there.halves as select id, side, total / 2 as half from there.orders, (values ('a'), ('b')) as sides(side); "
          "insert into there.orders values (1, 4), (2, 6); insert into here.halves values (1, 'a', 2), (1, 'b', 2), (2, 'b', 4), (3, 'a', 1)");
  const auto halves = two.compare().at(0);
  CHECK(halves.table == "halves");
  CHECK((halves.rows_before == 4 && halves.rows_after == 4));
  CHECK((halves.only_before == 1 && halves.only_after == 1 && halves.changed == 1));
}

TEST_CASE("tables of different versions are compared in the columns that both have, and the others are named") {
  TwoSchemas two;
  two.run("alter table here.orders add colour text; alter table there.orders add channel text; alter table there.orders alter total type text");
  two.run("insert into here.orders values (1, 5, 'x', 'red'); insert into there.orders values (1, '5', 'x', 'web')");
  two.run("create table there.letters (id bigint primary key); insert into there.letters values (1), (2)");
  const auto differences = two.compare();
  REQUIRE(differences.size() == 2);
  CHECK(differences[0].table == "letters");
  CHECK(differences[0].only_after == 2);
  CHECK(differences[1].differing() == 0);
  CHECK(differences[1].columns_before == std::vector<std::string>{"colour"});
  CHECK(differences[1].columns_after == std::vector<std::string>{"channel"});
  CHECK_FALSE(differences[1].same());
}
