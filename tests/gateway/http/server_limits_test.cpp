#include <catch2/catch.hpp>

#include <stdexcept>
#include <thread>

#include "tests/gateway/http/raw_client.hpp"
#include "tests/gateway/http/served.hpp"

using namespace ordo;
using namespace ordo::http;
using namespace std::chrono_literals;

namespace {

// Short enough for a test, long enough to tell one limit from another.
constexpr ServerSettings kHasty{.request_limit = 300ms, .idle_limit = 300ms, .drain_limit = 5s};

void wait_until_held(Served& served) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (served.held() == 0) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::yield();
  }
}

bool is_served(std::uint16_t port) try {
  const RawClient client(port);
  return true;
} catch (const std::exception&) {
  return false;
}

bool is_answered(std::uint16_t port) try {
  return RawClient(port).ask(get("/echo")).status == 200;
} catch (const std::runtime_error&) {
  return false;  // turned away before it could say a word
}

}  // namespace

TEST_CASE("an answer may be held longer than every limit") {
  Served served(kHasty);
  RawClient client(served.port());
  client.send(get("/later"));
  wait_until_held(served);
  std::this_thread::sleep_for(1s);
  served.release();
  const auto answer = client.receive();
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(client.ask(get("/echo")).status == 200);
}

TEST_CASE("a request that does not arrive in time is 408, and the connection ends") {
  Served served(kHasty);
  for (const char* part : {"GET /echo HTT", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{"}) {
    CAPTURE(part);
    RawClient client(served.port());
    const RawAnswer answer = client.ask(part);
    CHECK(answer.status == 408);
    CHECK(answer.has("\"code\":\"request_timeout\""));
    CHECK(client.is_ended());
  }
}

TEST_CASE("a connection on which nothing happens ends without a word") {
  Served served(kHasty);
  RawClient client(served.port());
  CHECK(client.is_ended());
  RawClient once(served.port());
  CHECK(once.ask(get("/echo")).status == 200);
  CHECK(once.is_ended());
}

TEST_CASE("a connection on which nothing ever came ends sooner than one that has asked") {
  Served served(ServerSettings{.request_limit = 300ms, .idle_limit = 1h});
  RawClient asked(served.port());
  CHECK(asked.ask(get("/echo")).status == 200);
  RawClient silent(served.port());
  CHECK(silent.is_ended());
  CHECK(asked.ask(get("/echo")).status == 200);
}

TEST_CASE("of too many connections the last is told to come again, and has room when another has left") {
  Served served(ServerSettings{.connections_max = 2});
  RawClient first(served.port());
  CHECK(first.ask(get("/echo")).status == 200);
  {
    RawClient second(served.port());
    CHECK(second.ask(get("/echo")).status == 200);
    RawClient third(served.port());
    const auto answer = third.receive();
    REQUIRE(answer);
    CHECK(answer->status == 503);
    CHECK(answer->has("\"code\":\"overloaded\""));
    CHECK(answer->header("Retry-After") == "1");
    CHECK(third.is_ended());
    CHECK(first.ask(get("/echo")).status == 200);
  }
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!is_answered(served.port())) REQUIRE(std::chrono::steady_clock::now() < deadline);
}

TEST_CASE("a client that does not read its answer is let go") {
  Served served(kHasty);
  RawClient client(served.port());
  client.send(get("/large"));
  served.server().leave();
  REQUIRE(served.server().await_all_gone(30s));
  CHECK_FALSE(client.receive().has_value());
}

TEST_CASE("a server that leaves refuses who comes, and answers who is connected once more, and those last who say nothing") {
  Served served(ServerSettings{.farewell = 300ms});
  RawClient waiting(served.port());
  RawClient active(served.port());
  RawClient idle(served.port());
  CHECK(idle.ask(get("/echo")).status == 200);
  waiting.send(get("/later"));
  wait_until_held(served);

  served.server().leave();
  CHECK_THROWS(RawClient(served.port()));
  const auto last = active.ask(get("/echo"));
  CHECK(last.status == 200);
  CHECK(last.header("Connection") == "close");
  CHECK(active.is_ended());
  CHECK(idle.is_ended());
  CHECK_FALSE(served.server().await_all_gone(50ms));
  served.release();
  const auto answer = waiting.receive();
  REQUIRE(answer.has_value());
  CHECK(answer->header("Connection") == "close");
  CHECK(waiting.is_ended());
}

TEST_CASE("a server that stops answers what it owes, refuses the rest, and ends every connection") {
  Served served(ServerSettings{.drain_limit = 5s});
  RawClient waiting(served.port());
  RawClient idle(served.port());
  RawClient late(served.port());
  CHECK(idle.ask(get("/echo")).status == 200);
  CHECK(late.ask(get("/echo")).status == 200);
  waiting.send(get("/later"));
  wait_until_held(served);

  std::jthread stopping([&] { served.server().stop(); });
  while (is_served(served.port())) std::this_thread::yield();
  const auto refusal = late.ask(get("/echo"));
  CHECK(refusal.header("Connection") == "close");
  CHECK((refusal.status == 200 || refusal.has("\"code\":\"shutting_down\"")));

  served.release();
  const auto answer = waiting.receive();
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->header("Connection") == "close");
  stopping.join();
  CHECK(idle.is_ended());
  CHECK_THROWS(RawClient(served.port()));
}

TEST_CASE("an answer that comes after the server has gone is dropped") {
  Served served(ServerSettings{.drain_limit = 50ms});
  RawClient client(served.port());
  client.send(get("/later"));
  wait_until_held(served);
  served.server().stop();
  served.release();
  CHECK_FALSE(client.receive().has_value());
}

TEST_CASE("an address that is taken is said to be unavailable") {
  Served served;
  WorkerPool pool(1, 1);
  Server second(ServerSettings{.port = served.port()}, Router({}, pool));
  const auto started = second.start();
  REQUIRE_FALSE(started.has_value());
  CHECK(started.error().kind == FailureKind::unavailable);
  CHECK_THAT(started.error().text, Catch::Contains("cannot listen on 127.0.0.1:" + std::to_string(served.port())));
}
