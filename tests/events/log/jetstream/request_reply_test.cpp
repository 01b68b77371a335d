#include <algorithm>
#include <atomic>
#include <latch>
#include <set>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "events/log/jetstream/request_reply.hpp"
#include "tests/events/log/jetstream/jetstream_on_server.hpp"
#include "tests/events/log/nats_server/nats_server.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

struct Fixture {
  NatsServer server;
  std::shared_ptr<Connection> connection = connect_to(server);
  NatsRequestReply ask{connection};
};

TEST_CASE("a request gets the reply that the handler made of it") {
  Fixture f;
  const auto service = f.ask.serve({.subject = "echo", .queue_group = "echoes"},
                                   [](std::string request) { return "re: " + std::move(request); });
  REQUIRE(service);
  CHECK(f.ask.request("echo", "hello", 5s) == "re: hello");
  CHECK(f.ask.request("echo", std::string("\0\xff", 2), 5s) == std::string("re: \0\xff", 6));
  CHECK(f.ask.request("echo", "", 5s) == "re: ");
}

TEST_CASE("a request that nobody serves is unavailable at once") {
  Fixture f;
  const auto begun = std::chrono::steady_clock::now();
  const auto reply = f.ask.request("nobody", "hello", 10s);
  REQUIRE_FALSE(reply);
  CHECK(reply.error().kind == FailureKind::unavailable);
  CHECK(std::chrono::steady_clock::now() - begun < 5s);
}

TEST_CASE("a request to all is answered by everybody outside of a queue group, and by one of each group") {
  Fixture f;
  const auto answer = [](const std::string& name) { return [name](const std::string&) { return name; }; };
  const auto one = f.ask.serve({.subject = "all", .queue_group = ""}, answer("one"));
  const auto two = f.ask.serve({.subject = "all", .queue_group = ""}, answer("two"));
  const auto first = f.ask.serve({.subject = "all", .queue_group = "group"}, answer("group"));
  const auto second = f.ask.serve({.subject = "all", .queue_group = "group"}, answer("group"));
  REQUIRE((one && two && first && second));
  auto replies = f.ask.request_all("all", "", 500ms).value();
  std::ranges::sort(replies);
  CHECK(replies == std::vector<std::string>{"group", "one", "two"});
}

TEST_CASE("a request to all that nobody serves ends at once, without an answer") {
  Fixture f;
  const auto begun = std::chrono::steady_clock::now();
  CHECK(f.ask.request_all("nobody", "", 10s).value().empty());
  CHECK(std::chrono::steady_clock::now() - begun < 5s);
}

TEST_CASE("a handler that takes too long is a timeout") {
  Fixture f;
  std::latch let_go(1);
  const auto service = f.ask.serve({.subject = "slow", .queue_group = "slow"}, [&](const std::string&) {
    let_go.wait();
    return std::string("late");
  });
  REQUIRE(service);
  CHECK(f.ask.request("slow", "hello", 200ms).error().kind == FailureKind::timeout);
  let_go.count_down();
}

TEST_CASE("a service that is full says so at once") {
  Fixture f;
  std::latch let_go(1);
  std::latch busy(1);
  std::atomic<int> taken = 0;
  const auto service = f.ask.serve({.subject = "full", .queue_group = "full", .worker_threads = 1, .queue_size_max = 1},
                                   [&](const std::string&) {
                                     if (taken++ == 0) busy.count_down();
                                     let_go.wait();
                                     return std::string("done");
                                   });
  REQUIRE(service);
  std::vector<std::jthread> askers;
  std::atomic<int> answered = 0;
  const auto ask = [&] {
    if (f.ask.request("full", "hello", 20s) == "done") ++answered;
  };
  askers.emplace_back(ask);
  busy.wait();
  // Of these, one finds room in the queue.
  std::atomic<int> refused = 0;
  for (int count = 0; count < 4; ++count) {
    askers.emplace_back([&] {
      const auto reply = f.ask.request("full", "hello", 20s);
      if (reply) ++answered;
      if (!reply && reply.error().kind == FailureKind::unavailable && ++refused == 3) let_go.count_down();
    });
  }
  askers.clear();
  CHECK(refused == 3);
  CHECK(answered == 2);
}

TEST_CASE("of those in one queue group one gets each request, and workers work at a time") {
  Fixture f;
  std::atomic<int> handled = 0;
  std::latch all_at_work(4);
  const auto handler = [&](const std::string&) {
    ++handled;
    all_at_work.arrive_and_wait();
    return std::string("done");
  };
  const ServiceOptions options{.subject = "shared", .queue_group = "shared", .worker_threads = 4};
  const auto first = f.ask.serve(options, handler);
  const auto second = f.ask.serve(options, handler);
  REQUIRE((first && second));
  std::vector<std::jthread> askers;
  for (int count = 0; count < 4; ++count) askers.emplace_back([&] { (void)f.ask.request("shared", "hello", 20s); });
  askers.clear();
  CHECK(handled == 4);
}

TEST_CASE("a service that ends answers what it has taken, and is gone") {
  Fixture f;
  std::latch at_work(1);
  std::latch let_go(1);
  auto service = f.ask.serve({.subject = "ending", .queue_group = "ending"}, [&](const std::string&) {
    at_work.count_down();
    let_go.wait();
    return std::string("done");
  });
  REQUIRE(service);
  Result<std::string> reply;
  std::jthread asker([&] { reply = f.ask.request("ending", "hello", 20s); });
  at_work.wait();
  std::jthread ender([&] { service->reset(); });
  let_go.count_down();
  ender.join();
  asker.join();
  CHECK(reply == "done");
  CHECK(f.ask.request("ending", "hello", 5s).error().kind == FailureKind::unavailable);
}

TEST_CASE("a service is back by itself after its server was killed and started again") {
  Fixture f;
  const auto service = f.ask.serve({.subject = "echo", .queue_group = "echoes"}, [](std::string request) { return request; });
  REQUIRE(service);
  f.server.kill();
  CHECK_FALSE(f.ask.request("echo", "hello", 1s));
  f.server.start();
  const auto give_up_at = std::chrono::steady_clock::now() + 20s;
  Result<std::string> reply;
  do {
    reply = f.ask.request("echo", "hello", 1s);
    std::this_thread::sleep_for(10ms);
  } while (!reply && std::chrono::steady_clock::now() < give_up_at);
  CHECK(reply == "hello");
}

}  // namespace
}  // namespace ordo::log::jetstream
