#include <atomic>
#include <thread>

#include <catch2/catch.hpp>

#include "events/log/jetstream/setup.hpp"
#include "tests/events/log/jetstream/jetstream_on_server.hpp"
#include "tests/events/log/observed.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

const StreamName kOrders{StreamKind::orders, 0};

AppendRequest request(std::string payload, std::optional<std::uint64_t> expected = std::nullopt) {
  return {kOrders, subject(Topic::order_pending, 0), std::move(payload), expected};
}

std::uint64_t last_sequence(EventLog& log) {
  for (const auto give_up_at = std::chrono::steady_clock::now() + kWaitMax;;) {
    if (const auto bounds = log.bounds(kOrders)) return bounds->last_sequence;
    if (std::chrono::steady_clock::now() > give_up_at) throw std::runtime_error("the log does not come back");
    std::this_thread::sleep_for(10ms);
  }
}

// Appends numbered payloads, ten under way at a time, and after a failure goes on from the stream's tail, as an owner does.
class Writer {
 public:
  explicit Writer(EventLog& log) : log_(log), thread_([this](const std::stop_token& stop) { run(stop); }) {}

  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  void stop() {
    thread_.request_stop();
    thread_.join();
  }

 private:
  void run(const std::stop_token& stop) {
    std::uint64_t last = 0;
    while (!stop.stop_requested()) {
      std::vector<Appended> appended;
      for (std::uint64_t next = last + 1; next <= last + 10; ++next) {
        appended.push_back(append(log_, request(std::to_string(next), next - 1)));
      }
      bool good = true;
      for (auto& future : appended) {
        const auto outcome = settled(std::move(future));
        good = good && outcome.has_value();
        if (outcome) acknowledged_ = *outcome;
      }
      last = good ? last + 10 : last_sequence(log_);
    }
  }

  EventLog& log_;
  std::atomic<std::uint64_t> acknowledged_ = 0;
  std::jthread thread_;
};

void wait_until_acknowledged(const Writer& writer, std::uint64_t sequence) {
  const auto give_up_at = std::chrono::steady_clock::now() + kWaitMax;
  while (writer.acknowledged() < sequence && std::chrono::steady_clock::now() < give_up_at) std::this_thread::sleep_for(1ms);
  REQUIRE(writer.acknowledged() >= sequence);
}

TEST_CASE("a server killed and started again under load: nothing acknowledged is lost, readers see no gap and no repeat") {
  JetStreamOnServer on({.append_timeout = 2s});
  Delivered early;
  Delivered late;
  auto early_reader = on.log->read(kOrders, 1, early.deliver());
  std::unique_ptr<Reader> late_reader;
  Writer writer(*on.log);
  for (int round = 0; round < 4; ++round) {
    wait_until_acknowledged(writer, writer.acknowledged() + 200);
    on.server.kill();
    // A reader that is opened while the server is away waits for it.
    if (round == 1) late_reader = on.log->read(kOrders, 100, late.deliver());
    on.server.start();
  }
  wait_until_acknowledged(writer, writer.acknowledged() + 200);
  writer.stop();
  const auto last = last_sequence(*on.log);
  CHECK(writer.acknowledged() <= last);
  const auto all = early.wait_for(last);
  CHECK(sequences_of(all) == from_to(1, last));
  for (const auto& message : all) CHECK(message.payload == std::to_string(message.sequence));
  CHECK(sequences_of(late.wait_for(last - 99)) == from_to(100, last));
}

TEST_CASE("an append that is under way when the connection breaks is settled at once") {
  JetStreamOnServer on({.append_timeout = 60s});
  on.server.pause();
  auto in_doubt = append(*on.log, request("in doubt"));
  auto waiting = append(*on.log, request("under way", 0));
  auto behind = append(*on.log, request("behind it", 1));
  on.server.kill();
  CHECK(settled(std::move(in_doubt)).error().kind == FailureKind::timeout);
  CHECK(settled(std::move(waiting)).error().kind == FailureKind::timeout);
  CHECK(settled(std::move(behind)).error().kind == FailureKind::unavailable);
  CHECK(settled(append(*on.log, request("nobody there"))).error().kind == FailureKind::unavailable);
}

TEST_CASE("an append is sent again until its stream is there") {
  NatsServer server;
  const auto connection = connect_to(server);
  const auto log = JetStreamLog::open(connection);
  REQUIRE(log);
  auto first = append(**log, request("first", 0));
  auto second = append(**log, request("second", 1));
  CHECK(first.wait_for(200ms) == std::future_status::timeout);
  REQUIRE(set_up(*connection, 1, 1));
  CHECK(settled(std::move(first)) == 1);
  CHECK(settled(std::move(second)) == 2);
}

TEST_CASE("an append to a stream that never comes was certainly not stored") {
  NatsServer server;
  const auto log = JetStreamLog::open(connect_to(server), {.append_timeout = 300ms});
  REQUIRE(log);
  auto first = append(**log, request("first", 0));
  auto second = append(**log, request("second", 1));
  CHECK(settled(std::move(first)).error().kind == FailureKind::unavailable);
  CHECK(settled(std::move(second)).error().kind == FailureKind::unavailable);
  const auto bounds = (*log)->bounds(kOrders);
  REQUIRE_FALSE(bounds);
  CHECK(bounds.error().kind == FailureKind::unavailable);
}

TEST_CASE("a reader that is behind starts at the oldest message of a stream that forgets") {
  JetStreamOnServer on;
  const StreamName commands{StreamKind::commands, 0};
  for (int count = 0; count < 10; ++count) {
    REQUIRE(settled(append(*on.log, {commands, subject(Topic::order_create, 0), "command", std::nullopt})));
  }
  REQUIRE(on.connection->request("$JS.API.STREAM.PURGE.COMMANDS-0", R"({"keep":3})", 5s));
  Delivered delivered;
  const auto reader = on.log->read(commands, 2, delivered.deliver());
  CHECK(sequences_of(delivered.wait_for(3)) == from_to(8, 10));
  CHECK(on.log->bounds(commands)->first_sequence == 8);
}

TEST_CASE("a reader stops before messages that the log has lost") {
  JetStreamOnServer on;
  const StreamName commands{StreamKind::commands, 0};
  for (int count = 0; count < 5; ++count) {
    REQUIRE(settled(append(*on.log, {commands, subject(Topic::order_create, 0), "command", std::nullopt})));
  }
  REQUIRE(on.connection->request("$JS.API.STREAM.MSG.DELETE.COMMANDS-0", R"({"seq":3})", 5s));
  Delivered delivered;
  const auto reader = on.log->read(commands, 1, delivered.deliver());
  (void)delivered.wait_for(2);
  std::this_thread::sleep_for(500ms);  // that nothing comes can only be seen by waiting
  CHECK(sequences_of(delivered.now()) == from_to(1, 2));
}

TEST_CASE("nobody can delete or purge what was decided") {
  JetStreamOnServer on;
  REQUIRE(settled(append(*on.log, request("kept"))));
  for (const auto* const subject : {"$JS.API.STREAM.MSG.DELETE.ORDERS-0", "$JS.API.STREAM.PURGE.ORDERS-0"}) {
    const auto answer = on.connection->request(subject, R"({"seq":1})", 5s);
    REQUIRE(answer);
    CHECK_THAT(*answer, Catch::Contains("error"));
  }
  CHECK(on.log->get(kOrders, 1)->payload == "kept");
}

}  // namespace
}  // namespace ordo::log::jetstream
