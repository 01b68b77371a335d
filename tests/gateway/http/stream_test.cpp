#include <catch2/catch.hpp>

#include <functional>
#include <thread>

#include "tests/gateway/http/raw_client.hpp"
#include "tests/gateway/http/served.hpp"

using namespace ordo;
using namespace ordo::http;
using namespace std::chrono_literals;
using State = BodyStream::State;

namespace {

constexpr ServerSettings kHasty{.request_limit = 300ms, .idle_limit = 300ms, .drain_limit = 5s};

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = 10s) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(1ms);
  }
  return true;
}

std::shared_ptr<BodyStream> begin(Served& served, RawClient& client) {
  const auto before = served.streams().size();
  client.send(get("/stream"));
  const auto head = client.receive(true);
  REQUIRE(head.has_value());
  REQUIRE(head->status == 200);
  CHECK(head->header("Content-Type") == "text/event-stream");
  CHECK(head->header("Content-Length").empty());
  CHECK(head->header("Connection") == "close");
  REQUIRE(eventually([&] { return served.streams().size() > before; }));
  return served.streams().back();
}

// Until neither kernel takes any more of it: the reader's takes on for a moment after ours is full.
void fill(BodyStream& stream) {
  const std::string piece(16 * 1024, 'x');
  while (eventually([&] { return stream.state() == State::ready; }, 100ms)) stream.write(piece);
}

}  // namespace

TEST_CASE("a stream's pieces arrive as they are written, and its end ends the connection") {
  Served served;
  RawClient client(served.port());
  const auto stream = begin(served, client);
  for (const std::string piece : {"one\n", "two\n", "three\n"}) {
    CHECK(stream->state() == State::ready);
    stream->write(piece);
    CHECK(client.sees(piece));
  }
  stream->write("last\n");
  stream->end();
  CHECK(stream->state() == State::over);
  CHECK(client.sees("last\n"));
  CHECK(client.is_ended());
}

TEST_CASE("a stream may be silent for longer than every limit") {
  Served served(kHasty);
  RawClient client(served.port());
  const auto stream = begin(served, client);
  std::this_thread::sleep_for(1s);
  stream->write("still here\n");
  CHECK(client.sees("still here\n"));
}

TEST_CASE("HEAD of a stream answers its head and no more") {
  Served served;
  RawClient client(served.port());
  client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto head = client.receive(true);
  REQUIRE(head.has_value());
  CHECK(head->status == 200);
  CHECK(head->header("Content-Length").empty());
  CHECK(client.is_ended());
  CHECK(served.streams().empty());
}

TEST_CASE("a stream is over when its client leaves, however it does") {
  Served served;
  for (const bool politely : {true, false}) {
    auto client = std::make_unique<RawClient>(served.port());
    const auto stream = begin(served, *client);
    if (!politely) client->reset();
    client.reset();
    CHECK(eventually([&] { return stream->state() == State::over; }));
    stream->write("to nobody");
    stream->end();
  }
}

TEST_CASE("a reader who takes nothing is busy, and dropped when the time of a request is over") {
  Served served(kHasty);
  RawClient client(served.port());
  const auto stream = begin(served, client);
  fill(*stream);
  CHECK(stream->state() == State::busy);
  // When the kernel asks whether there is room now, it may make some.
  CHECK(eventually([&] { return fill(*stream), stream->state() == State::over; }, 30s));
}

TEST_CASE("a reader who goes on is ready again, and has missed nothing") {
  Served served;
  RawClient client(served.port());
  const auto stream = begin(served, client);
  fill(*stream);
  REQUIRE(stream->state() == State::busy);
  stream->write("the end of it\n");
  CHECK(client.sees("the end of it\n"));
  CHECK(eventually([&] { return stream->state() == State::ready; }));
}

TEST_CASE("for nobody more is kept than the limit says") {
  Served served;
  RawClient client(served.port());
  const auto stream = begin(served, client);
  fill(*stream);
  stream->write(std::string(kStreamUnsentMax - 16 * 1024, 'x'));
  CHECK(stream->state() == State::busy);
  stream->write(std::string(16 * 1024, 'x'));
  CHECK(stream->state() == State::over);
}

TEST_CASE("what a client sends into its stream is no request") {
  Served served;
  RawClient client(served.port());
  const auto stream = begin(served, client);
  client.send(get("/echo", "X-Correlation-Id: second\r\n"));
  stream->write("mine\n");
  CHECK(client.sees("mine\n"));
  stream->end();
  CHECK_FALSE(client.sees("second"));
}

TEST_CASE("a server that stops does not wait for streams") {
  Served served;
  RawClient client(served.port());
  const auto stream = begin(served, client);
  const auto begun = std::chrono::steady_clock::now();
  served.server().stop();
  CHECK(std::chrono::steady_clock::now() - begun < 4s);
  CHECK(stream->state() == State::over);
}
