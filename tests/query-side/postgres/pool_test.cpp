#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/query-side/postgres/temporary_database.hpp"

using namespace ordo;
using namespace ordo::postgres;
using ordo::tests::must;
using ordo::tests::TemporaryDatabase;

namespace {

constexpr std::string_view kProcess = "SELECT pg_backend_pid()::bigint";

}  // namespace

TEST_CASE("a pool opens one connection for those who come one after another") {
  const TemporaryDatabase database;
  Pool pool(database.pool_options());
  const auto first = must(pool.execute(kProcess))[0].get<std::int64_t>(0);
  CHECK(must(pool.execute(kProcess))[0].get<std::int64_t>(0) == first);
}

TEST_CASE("who finds every connection in use waits, and then is refused") {
  const TemporaryDatabase database;
  auto options = database.pool_options(1);
  options.acquire_limit = std::chrono::milliseconds(20);
  Pool pool(options);
  {
    const auto held = must(pool.acquire());
    const auto refused = pool.acquire();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == FailureKind::unavailable);
  }
  CHECK(pool.acquire());
}

TEST_CASE("who waits gets the connection that is given back") {
  const TemporaryDatabase database;
  auto options = database.pool_options(1);
  options.acquire_limit = std::chrono::seconds(30);
  Pool pool(options);
  std::atomic<bool> served = false;
  std::jthread waiter;
  {
    const auto held = must(pool.acquire());
    waiter = std::jthread([&] { served = pool.acquire().has_value(); });
    CHECK_FALSE(served);
  }
  waiter.join();
  CHECK(served);
}

TEST_CASE("killed connections fail once, then the pool works on fresh ones") {
  const TemporaryDatabase database;
  Pool pool(database.pool_options(3));
  {
    auto first = must(pool.acquire());
    auto second = must(pool.acquire());
    auto third = must(pool.acquire());
  }
  CHECK(database.kill_connections() == 3);
  CHECK(pool.execute(kProcess).error().kind == FailureKind::unavailable);
  for (int round = 0; round < 4; ++round) CHECK(pool.execute(kProcess));
}

TEST_CASE("a pool's transaction commits a value and rolls a failure back") {
  const TemporaryDatabase database;
  Pool pool(database.pool_options());
  must(must(pool.acquire())->run_script("CREATE TABLE things (id bigint)"));
  const auto insert = [](Transaction& transaction) { return transaction.execute("INSERT INTO things VALUES ($1::bigint)", 1); };
  must(pool.transact([&](Transaction& transaction) -> Result<int> {
    return insert(transaction).map([](const Rows&) { return 7; });
  }));
  const auto refused = pool.transact([&](Transaction& transaction) -> Result<int> {
    must(insert(transaction));
    return failure(FailureKind::conflict, "changed my mind");
  });
  CHECK(refused.error().text == "changed my mind");
  CHECK(must(pool.execute("SELECT count(*) FROM things"))[0].get<std::int64_t>(0) == 1);
}

TEST_CASE("many threads share few connections") {
  const TemporaryDatabase database;
  auto options = database.pool_options(3);
  options.acquire_limit = std::chrono::seconds(30);
  Pool pool(options);
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        for (int round = 0; round < 50; ++round) answered += pool.execute(kProcess).has_value() ? 1 : 0;
      });
    }
  }
  CHECK(answered == 400);
  const auto open = must(pool.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"));
  CHECK(open[0].get<std::int64_t>(0) <= 3);
}
