#include <catch2/catch.hpp>

#include "events/log/in_memory_log.hpp"
#include "events/log/in_memory_request_reply.hpp"

namespace ordo::log {
namespace {

const StreamName kOrders{StreamKind::orders, 0};

// A log pumped by hand, and what its callbacks said, in their order.
struct Fixture {
  void append(std::string payload, std::optional<std::uint64_t> expected = std::nullopt) {
    log.append({kOrders, "orders.pending.0", std::move(payload), expected}, [this](const Result<std::uint64_t>& outcome) {
      heard.push_back(outcome ? "stored " + std::to_string(*outcome) : std::string(to_text(outcome.error().kind)));
    });
  }
  Deliver deliver(const std::string& name) {
    return [this, name](const StoredMessage& message) { heard.push_back(name + " " + message.payload); };
  }
  std::vector<std::string> pump() {
    while (log.deliver_one()) {
    }
    return std::exchange(heard, {});
  }

  std::vector<std::string> heard;
  InMemoryLog log{Delivery::by_hand};
};

using Heard = std::vector<std::string>;

TEST_CASE("by hand, nothing is called back until it is asked for, and then one at a time") {
  Fixture f;
  const auto reader = f.log.read(kOrders, 1, f.deliver("reader"));
  f.append("a");
  CHECK(f.heard.empty());
  CHECK(f.log.deliver_one());
  CHECK(f.heard.size() == 1);
  CHECK(f.log.deliver_one());
  CHECK_FALSE(f.log.deliver_one());
  CHECK(f.heard.size() == 2);
}

TEST_CASE("by hand, the same calls give the same order") {
  const auto story = [] {
    Fixture f;
    const auto first = f.log.read(kOrders, 1, f.deliver("first"));
    const auto second = f.log.read(kOrders, 1, f.deliver("second"));
    const auto live = f.log.listen(f.deliver("live"));
    for (const auto* const payload : {"a", "b", "c"}) f.append(payload);
    return f.pump();
  };
  CHECK(story().size() == 12);
  CHECK(story() == story());
}

TEST_CASE("a lost acknowledgement: stored, but its writer does not know") {
  Fixture f;
  f.log.inject(kOrders, Fault::lose_ack);
  f.append("a", 0);
  f.append("b", 0);
  CHECK(f.pump() == Heard{"timeout", "conflict"});
  CHECK(f.log.get(kOrders, 1)->payload == "a");
}

TEST_CASE("a lost message, an acknowledgement of 0 and a refusal: not stored") {
  Fixture f;
  f.log.inject(kOrders, Fault::lose_message);
  f.log.inject(kOrders, Fault::acknowledge_with_zero);
  f.log.inject(kOrders, Fault::refuse);
  for (int count = 0; count < 4; ++count) f.append("a", 0);
  CHECK(f.pump() == Heard{"timeout", "timeout", "unavailable", "stored 1"});
}

TEST_CASE("a fault meets its own stream only") {
  Fixture f;
  f.log.inject({StreamKind::billing, 0}, Fault::lose_message);
  f.append("a", 0);
  CHECK(f.pump() == Heard{"stored 1"});
}

TEST_CASE("what is not delivered when the log ends is settled all the same") {
  Heard heard;
  {
    InMemoryLog log(Delivery::by_hand);
    log.append({kOrders, "orders.pending.0", "a", 0}, [&](const Result<std::uint64_t>&) { heard.emplace_back("settled"); });
  }
  CHECK(heard == Heard{"settled"});
}

TEST_CASE("a reader of a stream that forgets begins at the oldest message") {
  Fixture f;
  for (const auto* const payload : {"1", "2", "3", "4"}) f.append(payload);
  (void)f.pump();
  f.log.expire_before(kOrders, 3);
  const auto reader = f.log.read(kOrders, 1, f.deliver("reader"));
  CHECK(f.pump() == Heard{"reader 3", "reader 4"});
  CHECK(f.log.bounds(kOrders)->first_sequence == 3);
  CHECK_FALSE(f.log.get(kOrders, 2));
  f.log.expire_before(kOrders, 100);
  CHECK(f.log.bounds(kOrders)->first_sequence == 5);
  CHECK(f.log.bounds(kOrders)->last_sequence == 4);
}

TEST_CASE("in memory, a request is answered by its service while that lives") {
  InMemoryRequestReply ask;
  CHECK(ask.request("echo", "hello", {}).error().kind == FailureKind::unavailable);
  auto service = ask.serve({.subject = "echo"}, [](std::string request) { return "re: " + std::move(request); });
  CHECK(ask.request("echo", "hello", {}) == "re: hello");
  service->reset();
  CHECK(ask.request("echo", "hello", {}).error().kind == FailureKind::unavailable);
}

}  // namespace
}  // namespace ordo::log
