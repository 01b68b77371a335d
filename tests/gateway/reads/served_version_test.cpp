#include <chrono>
#include <thread>

#include <catch2/catch.hpp>

#include "gateway/reads/served_version.hpp"
#include "tests/query-side/postgres/temporary_database.hpp"

using namespace ordo;
using ordo::tests::must;

namespace {

// Tables of version 3, and a gateway that reads such.
struct Served {
  tests::TemporaryDatabase database;
  postgres::Connection connection = database.connect();
  reads::ServedVersion served{{3, derived_uuid("tables", {"as they are"})}};
  postgres::Pool pool{[this] {
    auto options = database.pool_options();
    options.admit = [this](postgres::Connection& lent) { return served.admit(lent); };
    return options;
  }()};

  Served() {
    must(connection.run_script("create schema read; create table read.schema_version (version bigint, fingerprint uuid)"));
    must(connection.execute("insert into read.schema_version values (3, $1::uuid)", derived_uuid("tables", {"as they are"})));
  }

  bool reads() { return pool.execute("select 1::bigint").has_value(); }
  bool becomes(bool readable) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (reads() != readable && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return reads() == readable;
  }
};

}  // namespace

TEST_CASE("tables of this version are read") {
  Served served;
  CHECK(served.reads());
  CHECK(served.served.fits());
  CHECK_FALSE(served.served.trouble(served.pool));
}

TEST_CASE("nothing is read from tables of another version, readers hear why, and when they are exchanged all is as before") {
  Served served;
  CHECK(served.reads());
  must(served.connection.run_script("update read.schema_version set version = 4"));
  CHECK(served.becomes(false));
  const auto trouble = served.served.trouble(served.pool);
  REQUIRE(trouble);
  CHECK(http::kind_of(trouble->code).status == 503);
  CHECK_THAT(trouble->detail, Catch::Contains("another version"));
  must(served.connection.run_script("update read.schema_version set version = 3"));
  CHECK(served.becomes(true));
  CHECK_FALSE(served.served.trouble(served.pool));
}

TEST_CASE("where the text of the tables is another one, the number of the version does not help") {
  Served served;
  must(served.connection.execute("update read.schema_version set fingerprint = $1::uuid", random_uuid()));
  CHECK_FALSE(served.reads());
}

TEST_CASE("a read model that is not there is waited for as one of another version") {
  Served served;
  must(served.connection.run_script("drop schema read cascade"));
  const auto refused = served.pool.acquire();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == FailureKind::unavailable);
}
