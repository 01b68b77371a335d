#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <future>

#include "tests/query-side/postgres/temporary_database.hpp"

using namespace ordo;
using namespace ordo::postgres;
using ordo::tests::must;
using ordo::tests::TemporaryDatabase;

namespace {

std::int64_t count_of(Connection& connection) {
  return must(connection.execute("SELECT count(*) FROM things"))[0].get<std::int64_t>(0);
}

template <class Asked>
pid_t process_of(Asked& connection) {
  const auto rows = must(connection.execute("SELECT pg_backend_pid()::bigint"));
  return static_cast<pid_t>(rows[0].template get<std::int64_t>(0));
}

// The server's process of one connection stands still, as when its disk stalls, as long as this lives.
class Frozen {
 public:
  template <class Asked>
  explicit Frozen(Asked& connection) : process_(process_of(connection)) {
    REQUIRE(::kill(process_, SIGSTOP) == 0);
  }
  ~Frozen() { ::kill(process_, SIGCONT); }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;

 private:
  const pid_t process_;
};

template <class Step>
std::chrono::milliseconds time_of(Step step) {
  const auto began = std::chrono::steady_clock::now();
  step();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
}

}  // namespace

TEST_CASE("a transaction that is not committed leaves nothing") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(connection.run_script("CREATE TABLE things (id bigint PRIMARY KEY)"));
  {
    auto transaction = must(connection.begin());
    must(transaction.execute("INSERT INTO things VALUES ($1::bigint)", 1));
  }
  CHECK(count_of(connection) == 0);
  auto transaction = must(connection.begin({.durability = Durability::deferred, .isolation = Isolation::repeatable_read}));
  must(transaction.execute("INSERT INTO things VALUES ($1::bigint)", 1));
  must(transaction.commit());
  auto other = database.connect();
  CHECK(count_of(other) == 1);
}

TEST_CASE("only the transaction that asked for it commits without waiting for the disk") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  const auto setting = [](auto& at) {
    return must(at.execute("SELECT current_setting('synchronous_commit')"))[0].template get<std::string>(0);
  };
  {
    auto transaction = must(connection.begin({.durability = Durability::deferred}));
    CHECK(setting(transaction) == "off");
    must(transaction.commit());
  }
  CHECK(setting(connection) == "on");
}

TEST_CASE("a unique key that is taken is a conflict, and its failure quotes no row") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(connection.run_script("CREATE TABLE things (email text PRIMARY KEY)"));
  must(connection.execute("INSERT INTO things VALUES ($1::text)", "secret@example.org"));
  const auto again = connection.execute("INSERT INTO things VALUES ($1::text)", "secret@example.org");
  REQUIRE_FALSE(again);
  CHECK(again.error().kind == FailureKind::conflict);
  CHECK(again.error().text.find("secret") == std::string::npos);
  CHECK(again.error().text.find("things_pkey") != std::string::npos);
  CHECK(connection.usable());
}

TEST_CASE("a lost race under repeatable read is a conflict") {
  const TemporaryDatabase database;
  auto first = database.connect();
  auto second = database.connect();
  must(first.run_script("CREATE TABLE things (id bigint PRIMARY KEY, value bigint); INSERT INTO things VALUES (1, 0)"));
  auto slow = must(first.begin({.isolation = Isolation::repeatable_read}));
  must(slow.execute("SELECT value FROM things"));
  must(second.execute("UPDATE things SET value = $1::bigint", 1));
  const auto late = slow.execute("UPDATE things SET value = $1::bigint", 2);
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == FailureKind::conflict);
  CHECK_FALSE(slow.commit());
}

TEST_CASE("a statement that the server does not understand is corrupt, and its transaction cannot be committed") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  auto transaction = must(connection.begin());
  CHECK(transaction.execute("SELEKT 1").error().kind == FailureKind::corrupt);
  CHECK(transaction.execute("SELECT 1").error().kind == FailureKind::corrupt);
  CHECK_FALSE(transaction.commit());
}

TEST_CASE("a statement beyond its time limit is cancelled, and the connection goes on") {
  const TemporaryDatabase database;
  auto connection = must(Connection::open({.url = database.url(), .statement_limit = std::chrono::milliseconds(50)}));
  const auto slow = connection.execute("SELECT pg_sleep(10)::text");
  REQUIRE_FALSE(slow);
  CHECK(slow.error().kind == FailureKind::unavailable);
  CHECK(must(connection.execute("SELECT 1::bigint"))[0].get<std::int64_t>(0) == 1);
}

TEST_CASE("a server that hangs is given up soon after the time limit of a statement") {
  const TemporaryDatabase database;
  auto connection = must(Connection::open({.url = database.url(), .statement_limit = std::chrono::milliseconds(50)}));
  const Frozen frozen(connection);
  CHECK(time_of([&] { CHECK(connection.execute("SELECT 1").error().kind == FailureKind::unavailable); }) < std::chrono::seconds(10));
  CHECK_FALSE(connection.usable());
}

TEST_CASE("a commit that hangs does not say what became of it, and a transaction that hangs can be dropped") {
  const TemporaryDatabase database;
  const ConnectionOptions hasty{.url = database.url(), .statement_limit = std::chrono::milliseconds(50)};
  auto committing = must(Connection::open(hasty));
  auto dropping = must(Connection::open(hasty));
  auto transaction = must(committing.begin());
  std::optional<Transaction> dropped = must(dropping.begin());
  const Frozen first(transaction);
  const Frozen second(*dropped);
  CHECK(transaction.commit().error().kind == FailureKind::timeout);
  CHECK(time_of([&] { dropped.reset(); }) < std::chrono::seconds(10));
}

TEST_CASE("when the process is to end, what hangs is given up and nothing new is opened") {
  const TemporaryDatabase database;
  std::stop_source stop;
  const ConnectionOptions options{.url = database.url(), .statement_limit = std::chrono::minutes(10), .stop = stop.get_token()};
  auto connection = must(Connection::open(options));
  const Frozen frozen(connection);
  auto answer = std::async(std::launch::async, [&] { return connection.run_script("SELECT 1"); });
  stop.request_stop();
  REQUIRE(answer.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  CHECK(answer.get().error().kind == FailureKind::unavailable);
  CHECK(Connection::open(options).error().kind == FailureKind::unavailable);
}

TEST_CASE("a connection whose server process was killed says unavailable and never comes back") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(connection.execute("SELECT 1"));
  CHECK(database.kill_connections() == 1);
  CHECK(connection.execute("SELECT 1").error().kind == FailureKind::unavailable);
  CHECK_FALSE(connection.usable());
  CHECK(connection.begin().error().kind == FailureKind::unavailable);
}

TEST_CASE("a connection that is lost before the commit changes nothing") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(connection.run_script("CREATE TABLE things (id bigint PRIMARY KEY)"));
  auto transaction = must(connection.begin());
  must(transaction.execute("INSERT INTO things VALUES ($1::bigint)", 1));
  CHECK(database.kill_connections() == 1);
  CHECK_FALSE(transaction.commit());
  auto other = database.connect();
  CHECK(count_of(other) == 0);
}

TEST_CASE("a connection that is lost during the commit does not say what became of it") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(connection.run_script(
      "CREATE TABLE things (id bigint PRIMARY KEY);"
      "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';"
      "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()"));
  auto transaction = must(connection.begin());
  must(transaction.execute("INSERT INTO things VALUES ($1::bigint)", 1));
  const auto committed = transaction.commit();
  REQUIRE_FALSE(committed);
  CHECK(committed.error().kind == FailureKind::timeout);
  CHECK_FALSE(connection.usable());
}

TEST_CASE("a deferred constraint that does not hold at the commit is no riddle") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(connection.run_script("CREATE TABLE things (id bigint UNIQUE DEFERRABLE INITIALLY DEFERRED)"));
  auto transaction = must(connection.begin());
  must(transaction.execute("INSERT INTO things VALUES ($1::bigint), ($1::bigint)", 1));
  CHECK(transaction.commit().error().kind == FailureKind::conflict);
  CHECK(connection.usable());
}

TEST_CASE("a statement goes on working when its table is replaced by one of the same name") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(connection.run_script("CREATE SCHEMA read; CREATE TABLE read.things (id bigint); INSERT INTO read.things VALUES (1);"
                             "CREATE SCHEMA read_next; CREATE TABLE read_next.things (id bigint); INSERT INTO read_next.things VALUES (2)"));
  const auto id = [&] { return must(connection.execute("SELECT id FROM read.things"))[0].get<std::int64_t>(0); };
  CHECK(id() == 1);
  must(database.connect().run_script("ALTER SCHEMA read RENAME TO read_previous; ALTER SCHEMA read_next RENAME TO read"));
  CHECK(id() == 2);
}

TEST_CASE("a connection that finds rows by an index never reads a table whole, not even one that is small when it is first asked") {
  const TemporaryDatabase database;
  const bool by_index = GENERATE(true, false);
  CAPTURE(by_index);
  auto connection = must(Connection::open({.url = database.url(), .by_index = by_index}));
  must(connection.run_script("CREATE TABLE things (id bigint PRIMARY KEY); INSERT INTO things VALUES (1), (2); ANALYZE things"));
  for (std::int64_t id = 1; id <= 10; ++id) must(connection.execute("SELECT id FROM things WHERE id = $1::bigint", id));
  must(connection.run_script("SELECT pg_stat_force_next_flush()"));
  const auto rows = must(connection.execute("SELECT seq_scan::bigint FROM pg_stat_user_tables WHERE relname = 'things'"));
  // Making the table looks at it as well.
  CHECK((rows[0].get<std::int64_t>(0) < 10) == by_index);
}

TEST_CASE("a connection that finds rows by an index plans a statement once, one that takes an array as well") {
  const TemporaryDatabase database;
  auto connection = must(Connection::open({.url = database.url(), .by_index = true}));
  must(connection.run_script("CREATE TABLE things (id bigint PRIMARY KEY); INSERT INTO things SELECT generate_series(1, 10000); ANALYZE things"));
  const std::vector<std::int64_t> ids{7};
  for (int count = 0; count < 10; ++count) must(connection.execute("SELECT id FROM things WHERE id = any($1::bigint[])", ids));
  const auto rows = must(connection.execute("SELECT sum(custom_plans)::bigint FROM pg_prepared_statements WHERE statement LIKE '%any($1::bigint[])'"));
  CHECK(rows[0].get<std::int64_t>(0) == 0);
}

TEST_CASE("a server that is not there is unavailable") {
  CHECK(Connection::open({.url = "postgres://nobody@127.0.0.1:1/nothing"}).error().kind == FailureKind::unavailable);
}

TEST_CASE("an attempt that fails leaves nothing, and the transaction goes on with what was done before and comes after") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(connection.run_script("CREATE TABLE things (name text PRIMARY KEY, amount bigint CHECK (amount > 0))"));
  auto transaction = must(connection.begin());
  must(transaction.execute("INSERT INTO things VALUES ('before', 1)"));
  const auto refused = transaction.attempt([&]() -> Result<void> {
    must(transaction.execute("INSERT INTO things VALUES ('within', 1)"));
    return transaction.execute("INSERT INTO things VALUES ('bad', 0)").map([](const Rows&) {});
  });
  REQUIRE_FALSE(refused);
  CHECK(is_refusal_of_values(refused.error()));
  must(transaction.attempt([&] { return transaction.execute("INSERT INTO things VALUES ('after', 1)").map([](const Rows&) {}); }));
  must(transaction.commit());
  CHECK(count_of(connection) == 2);
}

TEST_CASE("values that a constraint or a type refuses are told from statements that nobody could run") {
  const TemporaryDatabase database;
  auto connection = database.connect();
  must(connection.run_script("CREATE TABLE things (name text PRIMARY KEY, amount bigint CHECK (amount > 0)); INSERT INTO things VALUES ('a', 1)"));
  for (const auto* sql : {"INSERT INTO things VALUES ('a', 2)", "INSERT INTO things VALUES ('b', 0)", "SELECT 1 / 0", "SELECT 'x'::jsonb"}) {
    INFO(sql);
    CHECK(is_refusal_of_values(connection.execute(sql).error()));
  }
  for (const auto* sql : {"SELECT nothing FROM things", "SELECT * FROM nowhere", "SELEC"}) {
    INFO(sql);
    CHECK_FALSE(is_refusal_of_values(connection.execute(sql).error()));
  }
  CHECK_FALSE(is_refusal_of_values({FailureKind::unavailable, "postgres: the connection was lost"}));
}
