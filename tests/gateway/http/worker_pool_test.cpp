#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

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

TEST_CASE("a job that waited too long, or still waits when the pool stops, gives up instead of being done") {
  struct Job {
    std::promise<const char*>& told;
    void operator()() { told.set_value("done"); }
    void give_up() { told.set_value("given up"); }
  };
  const auto fate_of_second_job = [](std::chrono::milliseconds queued_for_max, bool stopped) {
    std::promise<void> started;
    std::promise<void> release;
    std::promise<const char*> second;
    WorkerPool pool(1, 10'000'000, queued_for_max);
    REQUIRE(pool.try_run([&] {
      started.set_value();
      release.get_future().wait();
    }));
    started.get_future().wait();
    REQUIRE(pool.try_run(Job{second}));
    std::jthread stopping;
    if (stopped) {
      stopping = std::jthread([&] { pool.stop(); });
      while (pool.try_run([] {})) std::this_thread::yield();
    }
    release.set_value();
    return std::string(second.get_future().get());
  };
  CHECK(fate_of_second_job(std::chrono::hours(1), false) == "done");
  CHECK(fate_of_second_job(std::chrono::milliseconds(0), false) == "given up");
  CHECK(fate_of_second_job(std::chrono::hours(1), true) == "given up");
}

TEST_CASE("what is queued and cannot give up is finished when the pool stops, new work is refused") {
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
