#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <vector>

#include "gateway/reads/read_gate.hpp"

namespace ordo::reads {
namespace {

using namespace std::chrono_literals;

const log::StreamName kOrders{log::StreamKind::orders, 0};
const log::StreamName kBilling{log::StreamKind::billing, 0};

std::string token(std::vector<log::StreamPosition> positions) { return log::encode_position_token(positions); }

struct Asked {
  explicit Asked(const http::Handler& handler, std::optional<std::string> after = std::nullopt, UserId user = UserId()) {
    http::Request request;
    request.principal = http::Principal{user, "anna", {"user"}};
    if (after) request.headers.push_back({"Ordo-After", *after});
    http::Responder responder(request, [this](http::Response response) {
      const auto at = response.body.find("\"code\":\"");
      body = response.body;
      if (at != std::string::npos) code = response.body.substr(at + 8, response.body.find('"', at + 8) - at - 8);
      promise.set_value(response.status);
    });
    handler(std::move(request), std::move(responder));
  }

  int status() {
    auto answer = promise.get_future();
    REQUIRE(answer.wait_for(10s) == std::future_status::ready);
    return answer.get();
  }

  std::promise<int> promise;
  std::string code;  // of a problem
  std::string body;
};

void read(const http::Request&, http::Responder responder) { responder.answer(http::json_response(200, "{}")); }

}  // namespace

TEST_CASE("a read that names no position is not held back") {
  http::WorkerPool workers(1, 10);
  ReadGate gate([] { return Reached{}; }, workers);
  REQUIRE(Asked(gate.before(read)).status() == 200);
}

TEST_CASE("a read goes on when every stream that it names has been reached") {
  std::atomic<std::uint64_t> orders = 4;
  http::WorkerPool workers(1, 10);
  std::atomic<int> looks = 0;
  ReadGate gate(
      [&]() -> Result<Reached> {
        // The read model comes to the position only after it was asked for, and is away at first.
        if (++looks == 1) return failure(FailureKind::unavailable, "away");
        if (looks == 3) orders = 5;
        return Reached{{kOrders, orders}, {kBilling, 9}};
      },
      workers);
  REQUIRE(Asked(gate.before(read), token({{kOrders, {5, 3}}, {kBilling, {9, 0}}})).status() == 200);
  REQUIRE(looks >= 3);
}

TEST_CASE("a read model that stays behind, or does not know the stream, is told as lagging") {
  http::WorkerPool workers(1, 10);
  ReadGate gate([] { return Reached{{kOrders, 4}}; }, workers, 4, {.held_for_max = 50ms});
  REQUIRE(Asked(gate.before(read), token({{kOrders, {5, 0}}})).status() == 503);
  REQUIRE(Asked(gate.before(read), token({{kBilling, {1, 0}}})).status() == 503);
  // Nothing stands at 0: every read model has reached it.
  REQUIRE(Asked(gate.before(read), token({{kBilling, {0, 0}}})).status() == 200);
}

TEST_CASE("a read that is refused hears how many messages are missing of which stream") {
  http::WorkerPool workers(1, 10);
  ReadGate gate([] { return Reached{{kOrders, 4}, {kBilling, 9}}; }, workers, 4, {.held_for_max = 50ms});
  Asked asked(gate.before(read), token({{kOrders, {7, 0}}, {kBilling, {9, 0}}}));
  REQUIRE(asked.status() == 503);
  CHECK_THAT(asked.body, Catch::Contains(R"("lag":{"ORDERS-0":3})"));
}

TEST_CASE("a thousand reads that wait cost one look each time it is told that something has moved") {
  std::atomic<std::uint64_t> orders = 0;
  std::atomic<int> looks = 0;
  http::WorkerPool workers(2, 2'000);
  ReadGate gate(
      [&] {
        ++looks;
        return Reached{{kOrders, orders}};
      },
      workers, 4, {.held_for_max = 60s, .asked_every = 60s});
  const auto handler = gate.before(read);
  std::vector<std::unique_ptr<Asked>> asked;
  for (int number = 0; number < 1'000; ++number) {
    asked.push_back(std::make_unique<Asked>(handler, token({{kOrders, {1, 0}}}), UserId::derived("reader", {std::to_string(number / 20)})));
  }
  orders = 1;
  gate.advanced();
  for (const auto& one : asked) REQUIRE(one->status() == 200);
  CHECK(looks <= 2);
}

TEST_CASE("what is told between two looks is not missed") {
  std::atomic<std::uint64_t> orders = 0;
  http::WorkerPool workers(1, 10);
  ReadGate* told = nullptr;
  ReadGate gate(
      [&] {
        const Reached reached{{kOrders, orders}};
        // The commit that was waited for comes just behind the look.
        if (orders++ == 0) told->advanced();
        return reached;
      },
      workers, 4, {.held_for_max = 60s, .asked_every = 60s});
  told = &gate;
  REQUIRE(Asked(gate.before(read), token({{kOrders, {1, 0}}})).status() == 200);
}

TEST_CASE("what is no position, or names a partition that does not exist, is refused") {
  http::WorkerPool workers(1, 10);
  ReadGate gate([] { return Reached{}; }, workers, 4);
  REQUIRE(Asked(gate.before(read), "nonsense").status() == 400);
  REQUIRE(Asked(gate.before(read), token({{kOrders, {0, 0}}, {{log::StreamKind::billing, 4}, {1, 0}}})).status() == 400);
}

TEST_CASE("a read model that cannot be asked is told as unavailable, not as lagging") {
  http::WorkerPool workers(1, 10);
  ReadGate gate([]() -> Result<Reached> { return failure(FailureKind::unavailable, "away"); }, workers, 4, {.held_for_max = 50ms});
  Asked asked(gate.before(read), token({{kOrders, {5, 0}}}));
  REQUIRE(asked.status() == 503);
  REQUIRE(asked.code == "unavailable");
}

TEST_CASE("a position that is reached needs no place among those held back") {
  http::WorkerPool workers(1, 10);
  ReadGate gate([] { return Reached{{kOrders, 4}}; }, workers, 4, {.held_max = 1});
  Asked held(gate.before(read), token({{kOrders, {5, 0}}}));
  REQUIRE(Asked(gate.before(read), token({{kOrders, {4, 0}}})).status() == 200);
  REQUIRE(Asked(gate.before(read), token({{kOrders, {5, 0}}})).status() == 503);
  gate.close();
  REQUIRE(held.status() == 503);
  REQUIRE(held.code == "shutting_down");
}

TEST_CASE("one user's reads take no more places than his own") {
  const auto greedy = UserId::random();
  std::atomic<std::uint64_t> orders = 4;
  http::WorkerPool workers(1, 10);
  ReadGate gate([&] { return Reached{{kOrders, orders}}; }, workers, 4, {.held_per_user_max = 1});
  Asked held(gate.before(read), token({{kOrders, {5, 0}}}), greedy);
  REQUIRE(Asked(gate.before(read), token({{kOrders, {5, 0}}}), greedy).status() == 503);
  Asked other(gate.before(read), token({{kOrders, {5, 0}}}), UserId::random());
  orders = 5;
  REQUIRE(other.status() == 200);
  REQUIRE(held.status() == 200);
  // His place is free again.
  orders = 6;
  REQUIRE(Asked(gate.before(read), token({{kOrders, {6, 0}}}), greedy).status() == 200);
}

TEST_CASE("at the end, reads are refused instead of held back") {
  http::WorkerPool workers(1, 10);
  std::optional<Asked> held;
  {
    ReadGate gate([] { return Reached{}; }, workers);
    held.emplace(gate.before(read), token({{kOrders, {5, 0}}}));
  }
  REQUIRE(held->status() == 503);
}

}  // namespace ordo::reads
