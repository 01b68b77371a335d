#include "command-side/identity/saved_identity.hpp"

#include <future>
#include <set>

#include <catch2/catch.hpp>

#include "tests/command-side/identity/identity_fixture.hpp"
#include "tests/events/log/archive/archive_fixture.hpp"

using namespace ordo;
using namespace ordo::identity;
using namespace ordo::tests;
using log::archive::TemporaryFolder;
using namespace std::chrono_literals;

namespace {

// The first has an event on its way, the others' have gone; one has logged in.
struct Inhabited {
  Inhabited() {
    for (int number = 0; number < 5; ++number) register_user("user" + std::to_string(number));
    must(fixture.relay.relay_batch());
    register_user("late");
  }

  void register_user(const std::string& name) {
    auto user = ann();
    user.username = name;
    REQUIRE(fixture.registration.register_user(user));
  }

  Result<log::archive::FileDigest> save(const std::string& name, const std::function<Result<void>()>& at_rest = [] { return Result<void>(); }) {
    return save_identity({.url = fixture.database.url()}, folder / name, at_rest);
  }

  IdentityFixture fixture;
  TemporaryFolder folder;
};

std::vector<std::string> rows_of(const TemporaryDatabase& database) {
  auto connection = database.connect();
  std::vector<std::string> rows;
  for (const auto* const sql : {"SELECT u::text FROM identity.users u ORDER BY user_id",
                                "SELECT (to_jsonb(o) - 'place')::text FROM identity.outbox o ORDER BY place"}) {
    const auto found = must(connection.execute(sql));
    for (const auto row : found) rows.push_back(row.get<std::string>(0));
  }
  return rows;
}

}  // namespace

TEST_CASE("users come back with their passwords, and events that were on their way still go it") {
  Inhabited source;
  REQUIRE(source.save("users.ndjson.zst"));
  REQUIRE(check_saved_identity(source.folder / "users.ndjson.zst"));
  const TemporaryDatabase database;
  auto connection = database.connect();
  REQUIRE(require_room_for_saved(connection, source.folder / "users.ndjson.zst"));
  REQUIRE(restore_identity(connection, source.folder / "users.ndjson.zst"));
  CHECK(rows_of(database) == rows_of(source.fixture.database));
  CHECK(rows_of(database).size() == 6 + 1);
  // Done before: nothing is done, and nothing is wrong.
  REQUIRE(require_room_for_saved(connection, source.folder / "users.ndjson.zst"));
  REQUIRE(restore_identity(connection, source.folder / "users.ndjson.zst"));
  CHECK(rows_of(database).size() == 6 + 1);
  postgres::Pool pool(database.pool_options());
  log::InMemoryLog log;
  CHECK(must(OutboxRelay(pool, log, 4).relay_batch()) == 1);
}

TEST_CASE("every table of identity is saved, or left out for a reason") {
  IdentityFixture fixture;
  auto connection = fixture.database.connect();
  std::set<std::string> tables;
  const auto rows = must(connection.execute("SELECT tablename::text FROM pg_tables WHERE schemaname = 'identity'"));
  for (const auto row : rows) tables.insert(row.get<std::string>(0));
  // Sessions are not to come to life again; who is gone is remembered while tokens live, a guess for a minute; the
  // migrations are applied.
  CHECK(tables == std::set<std::string>{"forgotten", "guesses", "outbox", "refresh_tokens", "schema_migrations", "users"});
}

TEST_CASE("more rows than go at once are saved and restored") {
  IdentityFixture fixture;
  const TemporaryFolder folder;
  auto filling = fixture.database.connect();
  must(filling.run_script("INSERT INTO identity.users SELECT gen_random_uuid(), 'user' || n, 'h\"\\' || n, 'ü@\n', '', 'en', '{email,\"a b\"}', "
                          "'{user}', now(), now(), n FROM generate_series(1, 2500) AS n"));
  REQUIRE(save_identity({.url = fixture.database.url()}, folder / "users.ndjson", [] { return Result<void>(); }));
  const TemporaryDatabase database;
  auto connection = database.connect();
  REQUIRE(restore_identity(connection, folder / "users.ndjson"));
  CHECK(rows_of(database) == rows_of(fixture.database));
}

TEST_CASE("while nothing moves nobody is registered and nothing leaves the outbox; who comes then waits, and is not in the file") {
  Inhabited source;
  std::future<void> registration, relaying;
  REQUIRE(source.save("users.ndjson", [&]() -> Result<void> {
    registration = std::async(std::launch::async, [&] { source.register_user("waiting"); });
    relaying = std::async(std::launch::async, [&] { must(source.fixture.relay.relay_batch()); });
    CHECK(registration.wait_for(300ms) == std::future_status::timeout);
    CHECK(relaying.wait_for(100ms) == std::future_status::timeout);
    return {};
  }));
  registration.get();
  relaying.get();
  const auto lines = log::archive::lines_of(source.folder / "users.ndjson");
  CHECK(lines.size() == 1 + 6 + 1 + 1);
  for (const auto& line : lines) CHECK(line.find("waiting") == std::string::npos);
}

TEST_CASE("a database with other users is left as it is") {
  Inhabited source;
  REQUIRE(source.save("users.ndjson"));
  Inhabited other;
  auto connection = other.fixture.database.connect();
  const auto before = rows_of(other.fixture.database);
  for (const auto& refused : {require_room_for_saved(connection, source.folder / "users.ndjson"),
                              restore_identity(connection, source.folder / "users.ndjson")}) {
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::conflict);
  }
  CHECK(rows_of(other.fixture.database) == before);
}

TEST_CASE("a file of users that was damaged anywhere is refused, and nothing of it told") {
  Inhabited source;
  REQUIRE(source.save("users.ndjson"));
  const auto path = source.folder / "users.ndjson";
  auto lines = log::archive::lines_of(path);
  SECTION("a row changed") { lines[2].replace(lines[2].find("user"), 4, "uses"); }
  SECTION("a row lost") { lines.erase(lines.begin() + 2); }
  SECTION("rows in another order") { std::swap(lines[1], lines[2]); }
  SECTION("cut off") { lines.pop_back(); }
  SECTION("something behind its end") { lines.push_back(lines[1]); }
  SECTION("another version") { lines[0] = R"({"format":"ordo-identity","version":2,"schema_version":2})"; }
  SECTION("tables of a version that is not known") { lines[0] = R"({"format":"ordo-identity","version":1,"schema_version":99})"; }
  log::archive::write_lines_to(path, lines);
  const auto checked = check_saved_identity(path);
  REQUIRE_FALSE(checked);
  CHECK(checked.error().kind == FailureKind::corrupt);
  CHECK(checked.error().text.find("argon2") == std::string::npos);
  const TemporaryDatabase database;
  auto connection = database.connect();
  CHECK_FALSE(restore_identity(connection, path));
}
