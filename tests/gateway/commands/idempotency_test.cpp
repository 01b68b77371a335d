#include <catch2/catch.hpp>

#include <atomic>
#include <thread>
#include <vector>

#include "gateway/commands/idempotency.hpp"

namespace ordo::commands {
namespace {

using namespace std::chrono_literals;
using Table = IdempotencyTable;

constexpr Instant kStart{1h};

IdBytes id_of(std::uint8_t number) {
  IdBytes id{};
  id[0] = number;
  return id;
}

http::Response accepted(std::string body = "{}") { return http::json_response(202, std::move(body)); }

void ignore(const FirstAnswer&) {}

}  // namespace

TEST_CASE("of fifty at once one is the first, and all the others hear its answer") {
  constexpr int kAtOnce = 50;
  Table table;
  std::atomic<int> firsts = 0;
  std::atomic<int> answered = 0;
  std::atomic<bool> go = false;
  {
    std::vector<std::jthread> threads;
    for (int number = 0; number < kAtOnce; ++number) {
      threads.emplace_back([&] {
        go.wait(false);
        const auto told = [&](const FirstAnswer& answer) { answered += answer->body == "the one" ? 1 : 0; };
        const auto admission = table.admit(id_of(1), id_of(2), told, kStart);
        if (std::holds_alternative<Table::First>(admission)) {
          ++firsts;
          std::this_thread::sleep_for(1ms);  // gives the others a chance to join; none has to
          table.settle(id_of(1), accepted("the one"), kStart);
        } else if (const auto* known = std::get_if<http::Response>(&admission)) {
          answered += known->body == "the one" ? 1 : 0;
        }
      });
    }
    go = true;
    go.notify_all();
  }
  REQUIRE(firsts == 1);
  REQUIRE(answered == kAtOnce - 1);
}

TEST_CASE("another request under the same key is told apart, under way and done") {
  Table table;
  REQUIRE(std::holds_alternative<Table::First>(table.admit(id_of(1), id_of(2), ignore, kStart)));
  REQUIRE(std::holds_alternative<Table::Reused>(table.admit(id_of(1), id_of(3), ignore, kStart)));
  table.settle(id_of(1), accepted(), kStart);
  REQUIRE(std::holds_alternative<Table::Reused>(table.admit(id_of(1), id_of(3), ignore, kStart)));
  REQUIRE(std::holds_alternative<http::Response>(table.admit(id_of(1), id_of(2), ignore, kStart)));
}

TEST_CASE("a refusal is told to all that joined, and the next one tries again") {
  Table table;
  int refusals = 0;
  static_cast<void>(table.admit(id_of(1), id_of(2), ignore, kStart));
  static_cast<void>(table.admit(id_of(1), id_of(2), [&](const FirstAnswer& answer) { refusals += answer ? 0 : 1; }, kStart));
  table.settle(id_of(1), http::refused(http::ProblemCode::unavailable, ""), kStart);
  REQUIRE(refusals == 1);
  REQUIRE(std::holds_alternative<Table::First>(table.admit(id_of(1), id_of(2), ignore, kStart)));
}

TEST_CASE("answers are forgotten when they are old, or the oldest first when there are too many or too large ones") {
  struct Row {
    IdempotencyLimits limits;
    Instant asked_at;
  };
  const auto row = GENERATE(Row{{.age_max = 10min}, kStart + 10min}, Row{{.entries_max = 1}, kStart},
                            Row{{.bytes_max = 600}, kStart});
  Table table(row.limits);
  for (std::uint8_t number = 1; number <= 2; ++number) {
    static_cast<void>(table.admit(id_of(number), id_of(9), ignore, kStart));
    table.settle(id_of(number), accepted(std::string(200, 'x')), kStart);
  }
  REQUIRE(std::holds_alternative<Table::First>(table.admit(id_of(1), id_of(9), ignore, row.asked_at)));
}

TEST_CASE("what is under way is never forgotten") {
  Table table({.entries_max = 1, .age_max = 1ms});
  for (std::uint8_t number = 1; number <= 10; ++number) {
    static_cast<void>(table.admit(id_of(number), id_of(9), ignore, kStart));
  }
  REQUIRE(std::holds_alternative<Table::Joined>(table.admit(id_of(1), id_of(9), ignore, kStart + 1h)));
  REQUIRE(table.size() == 10);
}

TEST_CASE("a key means the same only to the same user on the same route") {
  const auto user = UserId::random();
  const auto id = command_id("order", "POST /api/orders", user, "key");
  REQUIRE(command_id("order", "POST /api/orders", user, "key") == id);
  REQUIRE(command_id("order", "POST /api/orders", UserId::random(), "key") != id);
  REQUIRE(command_id("order", "POST /api/other", user, "key") != id);
  REQUIRE(command_id("order", "POST /api/orders", user, "yek") != id);
  REQUIRE(command_id("order", "POST /api/orders", user, std::nullopt) != command_id("order", "POST /api/orders", user, std::nullopt));
}

}  // namespace ordo::commands
