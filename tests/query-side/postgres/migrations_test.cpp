#include "query-side/postgres/migrations.hpp"

#include <thread>

#include <catch2/catch.hpp>

#include "tests/query-side/postgres/temporary_database.hpp"

using namespace ordo;
using namespace ordo::postgres;
using ordo::tests::must;
using ordo::tests::TemporaryDatabase;

namespace {

const Migration kFirst{1, "things", "CREATE TABLE things (id bigint PRIMARY KEY); INSERT INTO things VALUES (1);"};
const Migration kSecond{2, "names", "ALTER TABLE things ADD COLUMN name text NOT NULL DEFAULT 'it''s'"};

Result<int> migrate_to(Connection& connection, std::vector<Migration> migrations) {
  return migrate(connection, "shop", migrations);
}

}  // namespace

TEST_CASE("migrations are applied once, in order, into the schema that is asked for") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  CHECK(must(migrate_to(connection, {kFirst})) == 1);
  CHECK(must(migrate_to(connection, {kFirst, kSecond})) == 1);
  CHECK(must(migrate_to(connection, {kFirst, kSecond})) == 0);
  CHECK(must(connection.execute("SELECT name FROM shop.things"))[0].get<std::string>(0) == "it's");
  CHECK(must(connection.execute("SELECT current_setting('search_path')"))[0].get<std::string>(0) != "shop");
}

TEST_CASE("the same migrations make a second schema, and a renamed one takes its history along") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const std::vector migrations{kFirst, kSecond};
  CHECK(must(migrate(connection, "read", migrations)) == 2);
  CHECK(must(migrate(connection, "read_next", migrations)) == 2);
  must(connection.run_script("ALTER SCHEMA read RENAME TO read_previous; ALTER SCHEMA read_next RENAME TO read"));
  CHECK(must(migrate(connection, "read", migrations)) == 0);
}

TEST_CASE("a migration that was changed after it had been applied is refused, with the way out") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(migrate_to(connection, {kFirst}));
  auto changed = kFirst;
  changed.sql = "CREATE TABLE things (id text)";
  const auto refused = migrate_to(connection, {changed, kSecond});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::corrupt);
  CHECK_THAT(refused.error().text, Catch::Contains("migration 1 (things)") && Catch::Contains("restore its file"));
}

TEST_CASE("a schema from a newer program is refused, with the way out") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(migrate_to(connection, {kFirst, kSecond}));
  const auto refused = migrate_to(connection, {kFirst});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::corrupt);
  CHECK_THAT(refused.error().text, Catch::Contains("newer program"));
}

TEST_CASE("a migration that fails leaves the one before it, and works when it is mended") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  auto broken = kSecond;
  broken.sql = "ALTER TABLE things ADD COLUMN name text; SELEKT 1";
  const auto refused = migrate_to(connection, {kFirst, broken});
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().text, Catch::Contains("migration 2 (names)"));
  CHECK(must(migrate_to(connection, {kFirst, kSecond})) == 1);
}

TEST_CASE("programs that migrate at once do the work once") {
  const TemporaryDatabase database;
  std::atomic<int> applied = 0;
  std::atomic<int> failed = 0;
  {
    std::vector<std::jthread> programs;
    for (int program = 0; program < 4; ++program) {
      programs.emplace_back([&] {
        auto connection = database.connect();
        const auto count = migrate_to(connection, {kFirst, kSecond});
        count ? applied += *count : ++failed;
      });
    }
  }
  CHECK(failed == 0);
  CHECK(applied == 2);
}

TEST_CASE("a schema that is behind, or not there, is refused by who may not make tables, with the way out") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const std::vector migrations{kFirst, kSecond};
  const auto refusal = [&] { return require_migrated(connection, "shop", migrations).error().text; };
  CHECK_THAT(refusal(), Catch::Contains("no schema shop: run `ordo setup`"));
  must(migrate_to(connection, {kFirst}));
  CHECK_THAT(refusal(), Catch::Contains("at version 1, this program needs 2: run `ordo setup`"));
  must(migrate_to(connection, migrations));
  CHECK(require_migrated(connection, "shop", migrations));
}
