#include "query-side/postgres/listener.hpp"

#include <signal.h>

#include <condition_variable>
#include <mutex>
#include <optional>

#include <catch2/catch.hpp>

#include "tests/query-side/postgres/temporary_database.hpp"

namespace ordo::tests {
namespace {

using namespace std::chrono_literals;

class Heard {
 public:
  void operator()() {
    const std::lock_guard lock(mutex_);
    ++times_;
    changed_.notify_all();
  }
  [[nodiscard]] bool wait_for(int times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return times_ >= times; });
  }
  [[nodiscard]] int times() {
    const std::lock_guard lock(mutex_);
    return times_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int times_ = 0;
};

postgres::ConnectionOptions options_of(const TemporaryDatabase& database) { return {.url = database.url()}; }

void tell(postgres::Connection& connection, const std::string& channel) { REQUIRE(connection.run_script("notify " + channel)); }

}  // namespace

TEST_CASE("a listener hears once it listens, and each time its channel is told something") {
  const TemporaryDatabase database;
  Heard heard;
  const postgres::Listener listener(options_of(database), "tidings", [&heard] { heard(); });
  REQUIRE(heard.wait_for(1));
  auto connection = database.connect();
  tell(connection, "others");
  tell(connection, "tidings");
  REQUIRE(heard.wait_for(2));
  tell(connection, "tidings");
  REQUIRE(heard.wait_for(3));
  CHECK(heard.times() == 3);
}

TEST_CASE("nothing is heard before the transaction that tells it is committed") {
  const TemporaryDatabase database;
  Heard heard;
  const postgres::Listener listener(options_of(database), "tidings", [&heard] { heard(); });
  REQUIRE(heard.wait_for(1));
  auto connection = database.connect();
  {
    auto transaction = connection.begin();
    REQUIRE(transaction);
    REQUIRE(transaction->run_script("notify tidings"));
  }  // rolled back
  auto transaction = connection.begin();
  REQUIRE(transaction->run_script("notify tidings"));
  CHECK(heard.times() == 1);
  REQUIRE(transaction->commit());
  REQUIRE(heard.wait_for(2));
}

TEST_CASE("a listener whose connection was lost opens another, and hears that something may have been missed") {
  const TemporaryDatabase database;
  Heard heard;
  const postgres::Listener listener(options_of(database), "tidings", [&heard] { heard(); });
  REQUIRE(heard.wait_for(1));
  REQUIRE(database.kill_connections() == 1);
  REQUIRE(heard.wait_for(2));
  auto connection = database.connect();
  tell(connection, "tidings");
  REQUIRE(heard.wait_for(3));
}

TEST_CASE("a listener ends at once, though its server hangs") {
  const TemporaryDatabase database;
  Heard heard;
  auto listener = std::make_optional<postgres::Listener>(options_of(database), "tidings", [&heard] { heard(); });
  REQUIRE(heard.wait_for(1));
  auto connection = database.connect();
  const auto backends = must(connection.execute(
      "select pid::bigint from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"));
  REQUIRE(backends.size() == 1);
  const auto pid = static_cast<pid_t>(backends[0].get<std::int64_t>(0));
  REQUIRE(::kill(pid, SIGSTOP) == 0);
  const auto began = std::chrono::steady_clock::now();
  listener.reset();
  const auto took = std::chrono::steady_clock::now() - began;
  REQUIRE(::kill(pid, SIGCONT) == 0);
  CHECK(took < 3s);
}

}  // namespace ordo::tests
