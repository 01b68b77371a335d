#include "query-side/postgres/rights.hpp"

#include <array>

#include <catch2/catch.hpp>

#include "tests/query-side/postgres/temporary_database.hpp"

using namespace ordo;
using namespace ordo::postgres;
using ordo::tests::must;
using ordo::tests::TemporaryDatabase;

namespace {

constexpr std::array kRights{UserRight{"ordo_gateway", Right::reads}, UserRight{"ordo_projections", Right::writes}};

void grant_all(Connection& connection) {
  auto transaction = must(connection.begin());
  must(grant(transaction, "shop", kRights));
  must(transaction.commit());
}

struct Shop {
  Shop() {
    must(connection.run_script("create schema shop; create table shop.things (id int); create table shop.schema_version (version int)"));
  }

  TemporaryDatabase database;
  Connection connection = database.connect();
};

}  // namespace

TEST_CASE("before rights are granted every table is told to be missing, and afterwards nothing is") {
  Shop shop;
  const auto before = must(rights_faults(shop.connection, "shop", kRights));
  REQUIRE(before.size() == 2);
  CHECK(before[0].lacks == "the schema shop, shop.schema_version, shop.things");
  grant_all(shop.connection);
  CHECK(must(rights_faults(shop.connection, "shop", kRights)).empty());
}

TEST_CASE("what a user has beyond his rights is told, and taken back when they are granted again") {
  Shop shop;
  grant_all(shop.connection);
  must(shop.connection.run_script("grant delete on shop.things to ordo_gateway; grant create on schema shop to ordo_projections"));
  const auto faults = must(rights_faults(shop.connection, "shop", kRights));
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].exceeds == "shop.things");
  CHECK(faults[1].exceeds == "the schema shop");
  grant_all(shop.connection);
  CHECK(must(rights_faults(shop.connection, "shop", kRights)).empty());
}

TEST_CASE("who writes rows does not write of which version the tables are") {
  Shop shop;
  grant_all(shop.connection);
  must(shop.connection.run_script("grant update on shop.schema_version to ordo_projections"));
  CHECK(must(rights_faults(shop.connection, "shop", kRights)).at(0).exceeds == "shop.schema_version");
}

TEST_CASE("what a view shows may be read by all, and written by nobody through it") {
  Shop shop;
  must(shop.connection.run_script("create view shop.all_things as select id from shop.things"));
  CHECK(must(rights_faults(shop.connection, "shop", kRights)).at(1).lacks == "the schema shop, shop.all_things, shop.schema_version, shop.things");
  grant_all(shop.connection);
  CHECK(must(rights_faults(shop.connection, "shop", kRights)).empty());
  must(shop.connection.run_script("grant insert on shop.all_things to ordo_projections"));
  CHECK(must(rights_faults(shop.connection, "shop", kRights)).at(0).exceeds == "shop.all_things");
}

TEST_CASE("a user who is not there is told, and passed over, as is a schema") {
  Shop shop;
  constexpr std::array kNobody{UserRight{"ordo_nobody", Right::reads}};
  auto transaction = must(shop.connection.begin());
  CHECK(grant(transaction, "shop", kNobody));
  CHECK(grant(transaction, "nowhere", kRights));
  must(transaction.commit());
  const auto faults = must(rights_faults(shop.connection, "shop", kNobody));
  REQUIRE(faults.size() == 1);
  CHECK((faults[0].user == "ordo_nobody" && faults[0].lacks.empty() && faults[0].exceeds.empty()));
}
