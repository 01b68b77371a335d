#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/gateway/http/raw_client.hpp"
#include "tests/gateway/http/served.hpp"

using namespace ordo;
using namespace ordo::http;

namespace {

template <class Condition>
void until(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::yield();
  }
}

void wait_until_held(Served& served, std::size_t count) {
  until([&] { return served.held() >= count; });
}

}  // namespace

TEST_CASE("a connection is kept for the next request although the client does not ask for it") {
  Served served;
  RawClient client(served.port());
  for (int round = 0; round < 100; ++round) {
    const std::string id = "round-" + std::to_string(round);
    const RawAnswer answer = client.ask(get("/echo", "X-Correlation-Id: " + id + "\r\n"));
    CHECK(answer.status == 200);
    CHECK(answer.body == '"' + id + '"');
    CHECK(answer.header("X-Correlation-Id") == id);
    CHECK(answer.header("Connection") == "keep-alive");
  }
}

TEST_CASE("a connection ends when the client asks for it, and after HTTP/1.0") {
  Served served;
  for (const std::string& request :
       {get("/echo", "Connection: close\r\n"), std::string("GET /echo HTTP/1.0\r\n\r\n")}) {
    RawClient client(served.port());
    CHECK(client.ask(request).header("Connection") == "close");
    CHECK(client.is_ended());
  }
}

TEST_CASE("HEAD answers as GET does, without the body") {
  Served served;
  RawClient client(served.port());
  client.send("HEAD /echo HTTP/1.1\r\nHost: x\r\nX-Correlation-Id: abc\r\n\r\n");
  const auto answer = client.receive(true);
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->header("Content-Length") == "5");
  CHECK(client.ask(get("/echo")).status == 200);  // nothing of a body is in the way
}

TEST_CASE("an unchanged resource is 304") {
  Served served;
  RawClient client(served.port());
  const RawAnswer answer = client.ask(get("/echo", "If-None-Match: \"1\"\r\n"));
  CHECK(answer.status == 304);
  CHECK(answer.header("ETag") == "\"1\"");
  CHECK(client.ask(get("/echo")).status == 200);
}

TEST_CASE("every error is a problem document with the correlation id of its request") {
  struct Case {
    std::string request;
    int status;
    std::string code;
  };
  const std::string id = "X-Correlation-Id: abc\r\n";
  const std::vector<Case> cases{
      {get("/nowhere", id), 404, "not_found"},
      {"DELETE /echo HTTP/1.1\r\nHost: x\r\n" + id + "\r\n", 405, "method_not_allowed"},
      {"BREW /echo HTTP/1.1\r\nHost: x\r\n" + id + "\r\n", 405, "method_not_allowed"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n" + id + "\r\n{}", 415,
       "unsupported_media_type"},
      {get("/never", id), 500, "internal_error"},
      {get("/echo?a=%zz", id), 400, "malformed_url"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n" + id + "\r\n", 413, "payload_too_large"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n" + id + "\r\n", 400, "malformed_request"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5abc\r\n" + id + "\r\n", 400, "malformed_request"},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + id + "\r\n", 411, "length_required"},
      {"GET echo HTTP/1.1\r\nHost: x\r\n" + id + "\r\n", 400, "malformed_request"},
      {"GET /echo HTTP/3.7\r\nHost: x\r\n" + id + "\r\n", 505, "version_not_supported"},
  };
  Served served;
  for (const Case& one : cases) {
    CAPTURE(one.request);
    RawClient client(served.port());
    const RawAnswer answer = client.ask(one.request);
    CHECK(answer.status == one.status);
    CHECK(answer.header("Content-Type") == "application/problem+json");
    CHECK(answer.header("X-Correlation-Id") == "abc");
    CHECK(answer.has("\"code\":\"" + one.code + '"'));
    CHECK(answer.has("\"correlation_id\":\"abc\""));
  }
}

TEST_CASE("after a request whose end is doubtful the connection ends, with the answer intact") {
  Served served;
  RawClient client(served.port());
  const RawAnswer answer =
      client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 70000\r\n\r\n" + std::string(70000, 'x'));
  CHECK(answer.status == 413);
  CHECK(answer.header("Connection") == "close");
  CHECK(client.is_ended());
}

TEST_CASE("405 names the methods that are allowed") {
  Served served;
  RawClient client(served.port());
  CHECK(client.ask("DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n").header("Allow") == "GET, HEAD, POST, OPTIONS");
}

TEST_CASE("a request is read however it is cut into pieces") {
  Served served;
  RawClient client(served.port());
  const std::string request = post("/echo", R"({"a":1})");
  for (std::size_t cut = 1; cut < request.size(); cut += 7) {
    client.send(std::string_view(request).substr(0, cut));
    std::this_thread::yield();
    CHECK(client.ask(std::string_view(request).substr(cut)).body == R"({"a":1})");
  }
}

TEST_CASE("a body of 64 KiB is taken") {
  Served served;
  RawClient client(served.port());
  const std::string body(65536, ' ');
  CHECK(client.ask(post("/echo", body)).body == body);
}

TEST_CASE("a client that expects 100 Continue gets it before it sends the body") {
  Served served;
  RawClient client(served.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: "
      "100-continue\r\n\r\n");
  CHECK(client.receive()->status == 100);
  CHECK(client.ask("{}").body == "{}");
}

TEST_CASE("of pipelined requests the first is answered, and the client is told to come again") {
  Served served;
  RawClient client(served.port());
  const RawAnswer answer =
      client.ask(get("/echo", "X-Correlation-Id: first\r\n") + get("/echo", "X-Correlation-Id: second\r\n"));
  CHECK(answer.body == "\"first\"");
  CHECK(answer.header("Connection") == "close");
  CHECK(client.is_ended());
}

TEST_CASE("a request that overtakes the answer before it is dropped, and the answer says so") {
  Served served;
  RawClient client(served.port());
  client.send(get("/later"));
  wait_until_held(served, 1);
  client.send(get("/echo"));
  RawClient other(served.port());
  for (int round = 0; round < 100; ++round) (void)other.ask(get("/echo"));  // the reactor has read on by then
  served.release();
  const auto answer = client.receive();
  REQUIRE(answer.has_value());
  CHECK(answer->body == "\"later\"");
  CHECK(answer->header("Connection") == "close");
  CHECK(client.is_ended());
}

TEST_CASE("an answer is written whole although the client reads it late") {
  Served served;
  RawClient client(served.port());
  client.send(get("/large"));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // the server's side fills up; either way the rule holds
  const auto answer = client.receive();
  REQUIRE(answer.has_value());
  CHECK(answer->body.size() == 10'000'000);
  CHECK(client.ask(get("/echo")).status == 200);
}

TEST_CASE("a client that has said its last word still gets its answer") {
  Served served;
  RawClient client(served.port());
  client.send(get("/later"));
  wait_until_held(served, 1);
  client.end_sending();
  RawClient(served.port()).ask(get("/echo"));
  served.release();
  const auto answer = client.receive();
  REQUIRE(answer.has_value());
  CHECK(answer->body == "\"later\"");
}

TEST_CASE("whoever owes an answer is told that the client has left, and not when it was answered") {
  Served served;
  {
    RawClient patient(served.port()), polite(served.port()), rude(served.port());
    for (auto* client : {&patient, &polite, &rude}) client->send(get("/later"));
    wait_until_held(served, 3);
    const auto left = served.count_who_leave();
    polite.end_sending();
    rude.reset();
    until([&] { return *left == 2; });
    served.release();
    CHECK(patient.receive()->status == 200);
    CHECK(polite.receive()->status == 200);
    CHECK(*left == 2);
  }
  RawClient gone(served.port());
  gone.send(get("/later"));
  wait_until_held(served, 1);
  gone.reset();
  // Heard also by who asks for it too late.
  until([&] { return *served.count_who_leave() == 1; });
}

TEST_CASE("an answer to a client that has left is dropped, and reaches nobody else") {
  Served served;
  constexpr std::size_t kClients = 50;
  for (std::size_t index = 0; index < kClients; ++index) {
    RawClient client(served.port());
    client.send(get("/later"));
    wait_until_held(served, index + 1);
    if (index % 2 == 0) client.reset();
  }
  std::vector<std::unique_ptr<RawClient>> strangers;  // they get the descriptor numbers of those who left
  for (std::size_t index = 0; index < kClients; ++index) {
    strangers.push_back(std::make_unique<RawClient>(served.port()));
    CHECK(strangers.back()->ask(get("/echo", "X-Correlation-Id: a\r\n")).body == "\"a\"");
  }
  served.release();
  for (const auto& stranger : strangers) CHECK(stranger->ask(get("/echo", "X-Correlation-Id: b\r\n")).body == "\"b\"");
}

TEST_CASE("answers never mix although half of the clients leave at once") {
  Served served(ServerSettings{.reactor_threads = 2});
  std::atomic<int> wrong{0};
  const auto visit = [&](int visitor) {
    for (int round = 0; round < 300; ++round) {
      const std::string id = std::to_string(visitor) + '-' + std::to_string(round);
      RawClient client(served.port());
      client.send(get(round % 4 < 2 ? "/echo" : "/never", "X-Correlation-Id: " + id + "\r\n"));
      if (round % 2 == 0) continue;
      const auto answer = client.receive();
      if (!answer || answer->header("X-Correlation-Id") != id) ++wrong;
    }
  };
  {
    std::vector<std::jthread> visitors;
    for (int visitor = 0; visitor < 4; ++visitor) visitors.emplace_back(visit, visitor);
  }
  CHECK(wrong == 0);
}
