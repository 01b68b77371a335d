#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>

#include "gateway/http/worker_pool.hpp"

using namespace ordo::http;

TEST_CASE("a full pool refuses at once and leaves the job to its owner") {
  std::promise<void> release;
  std::promise<void> started;
  WorkerPool pool(1, 1);  // ends before what its jobs wait for
  REQUIRE(pool.try_run([&, released = release.get_future().share()] {
    started.set_value();
    released.wait();
  }));
  started.get_future().wait();
  REQUIRE(pool.try_run([] {}));

  struct Job {
    std::unique_ptr<int> held;
    void operator()() {}
  };
  Job refused{std::make_unique<int>(7)};
  CHECK_FALSE(pool.try_run(std::move(refused)));
  REQUIRE(refused.held != nullptr);
  CHECK(*refused.held == 7);
  release.set_value();
}

TEST_CASE("what is queued is finished when the pool stops, new work is refused") {
  std::atomic<int> done{0};
  WorkerPool pool(2, 1000);
  for (int index = 0; index < 500; ++index) REQUIRE(pool.try_run([&] { ++done; }));
  pool.stop();
  CHECK(done == 500);
  CHECK_FALSE(pool.try_run([&] { ++done; }));
}

TEST_CASE("a job that throws takes nobody with it") {
  std::atomic<int> done{0};
  WorkerPool pool(1, 10);
  REQUIRE(pool.try_run([] { throw std::runtime_error("as the test wants it"); }));
  REQUIRE(pool.try_run([&] { ++done; }));
  pool.stop();
  CHECK(done == 1);
}
