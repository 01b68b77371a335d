#include <catch2/catch.hpp>

#include <condition_variable>
#include <future>
#include <memory>
#include <thread>

#include "events/log/in_memory_log.hpp"
#include "events/vocabulary/time.hpp"
#include "gateway/commands/command_flow.hpp"
#include "gateway/live/outcome_feed.hpp"
#include "gateway/live/outcome_watch.hpp"

namespace ordo::commands {
namespace {

using namespace std::chrono_literals;

const log::StreamName kCommands{log::StreamKind::commands, 0};

// The answers of many requests, in the order in which they came.
class Answers {
 public:
  http::Responder responder(const http::Request& request) {
    return http::Responder(
        request,
        [this](http::Response response) {
          const std::lock_guard lock(mutex_);
          answers_.push_back(std::move(response));
          changed_.notify_all();
        },
        [this](std::function<void()> told) { client_leaves = std::move(told); });
  }

  // Of the last one who asked and waits.
  std::function<void()> client_leaves;

  std::vector<http::Response> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, 10s, [&] { return answers_.size() >= count; });
    REQUIRE(came);
    return answers_;
  }

  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return answers_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<http::Response> answers_;
};

struct Asked {
  OrderId order = OrderId::random();
  std::string content = "one";
  bool keyed = true;
  std::optional<std::chrono::seconds> wait;
};

orders::OrderView paid(OrderId order, std::string_view content) {
  orders::OrderView view;
  view.order_id = order;
  view.status = "PAID";
  view.fingerprint = fingerprint_of(content);
  return view;
}

// A flow over a log in memory; the read model is what the test says.
class Served {
 public:
  void ask(const Asked& asked) {
    http::Request request;
    request.method = http::Method::post;
    request.correlation_id = "c";
    request.prefer_wait = asked.wait;
    Submission submission;
    submission.payload = {"Test.v1", "x"};
    submission.awaited = {live::AwaitedKind::order, asked.order.bytes()};
    submission.fingerprint = fingerprint_of(asked.content);
    submission.keyed = asked.keyed;
    submission.key_id = asked.order.bytes();
    submission.known = &known_;
    submission.accepted = http::json_response(202, asked.order.text());
    submission.final_answer = [](const live::Outcome&) -> FirstAnswer { return http::json_response(201, "final"); };
    flow_.run(std::move(submission), request, answers.responder(request));
  }

  std::uint64_t appended() { return log.bounds(kCommands)->last_sequence; }

  log::InMemoryLog log;
  live::Waiters waiters;
  Answers answers;
  std::vector<KnownCommand> read_model;  // set before anything is asked
  bool read_model_is_away = false;
  std::shared_future<void> read_model_hangs;
  std::optional<std::chrono::seconds> refuses_new;

 private:
  CommandFlow flow_{log, waiters, {}, {}, [this](log::Partition) { return refuses_new; }};
  KnownCommands known_{[this](std::span<const IdBytes>) -> Result<std::vector<KnownCommand>> {
    if (read_model_hangs.valid()) read_model_hangs.wait();
    if (read_model_is_away) return failure(FailureKind::unavailable, "away");
    return read_model;
  }};
};

bool replayed(const http::Response& response) {
  return http::find_header(response.headers, "Idempotency-Replayed").has_value();
}

}  // namespace

TEST_CASE("a command is answered 202 with its place when it is stored") {
  Served served;
  served.ask({.keyed = false});
  const auto answer = served.answers.wait_for(1).front();
  REQUIRE(answer.status == 202);
  REQUIRE(http::find_header(answer.headers, "Retry-After") == "1");
  const auto position = log::decode_position_token(*http::find_header(answer.headers, "Ordo-Position"));
  REQUIRE(*position == std::vector<log::StreamPosition>{{kCommands, {1, 0}}});
  REQUIRE_FALSE(replayed(answer));
}

TEST_CASE("fifty at once under one key are one command and equal answers") {
  Served served;
  const Asked asked;
  {
    std::vector<std::jthread> threads;
    for (int count = 0; count < 50; ++count) threads.emplace_back([&] { served.ask(asked); });
  }
  const auto answers = served.answers.wait_for(50);
  REQUIRE(served.appended() == 1);
  int firsts = 0;
  for (const auto& answer : answers) {
    REQUIRE(answer.status == 202);
    REQUIRE(answer.body == asked.order.text());
    REQUIRE(http::find_header(answer.headers, "Ordo-Position") == http::find_header(answers.front().headers, "Ordo-Position"));
    firsts += replayed(answer) ? 0 : 1;
  }
  REQUIRE(firsts == 1);
}

TEST_CASE("another request under the same key is refused and not appended") {
  Served served;
  Asked asked;
  served.ask(asked);
  served.answers.wait_for(1);
  asked.content = "another";
  served.ask(asked);
  REQUIRE(served.answers.wait_for(2)[1].status == 422);
  REQUIRE(served.appended() == 1);
}

TEST_CASE("a repeat that only the read model remembers is answered as the first was, and not appended") {
  const Asked asked;
  Served served;
  served.read_model = {{asked.order.bytes(), fingerprint_of(asked.content), http::json_response(202, "as then"), std::nullopt}};
  SECTION("the same request") {
    served.ask(asked);
    const auto answer = served.answers.wait_for(1).front();
    REQUIRE(answer.status == 202);
    REQUIRE(answer.body == "as then");
    REQUIRE(replayed(answer));
    REQUIRE(http::find_header(answer.headers, "Ordo-Position"));
  }
  SECTION("another request") {
    served.ask({asked.order, "another"});
    REQUIRE(served.answers.wait_for(1).front().status == 422);
  }
  SECTION("the same request, waiting for what is decided already") {
    served.read_model.front().outcome = live::Outcome{paid(asked.order, asked.content), {}};
    served.ask({asked.order, asked.content, true, 5s});
    const auto answer = served.answers.wait_for(1).front();
    REQUIRE(answer.status == 201);
    REQUIRE(replayed(answer));
    REQUIRE(http::find_header(answer.headers, "Preference-Applied") == "wait=5");
  }
  REQUIRE(served.appended() == 0);
}

TEST_CASE("while the read model is away commands go on") {
  Served served;
  served.read_model_is_away = true;
  served.ask({});
  REQUIRE(served.answers.wait_for(1).front().status == 202);
  REQUIRE(served.appended() == 1);
}

TEST_CASE("while the read model hangs commands go on, too") {
  std::promise<void> let_go;
  Served served;
  served.read_model_hangs = let_go.get_future().share();
  served.ask({});
  REQUIRE(served.answers.wait_for(1).front().status == 202);
  let_go.set_value();
}

TEST_CASE("who waits hears the outcome, once, whether it comes before or after the acknowledgement") {
  Served served;
  const Asked asked{.keyed = false, .wait = 5s};
  const live::Outcome outcome{paid(asked.order, asked.content), {{{log::StreamKind::orders, 0}, {7, 1}}}};
  served.ask(asked);
  served.waiters.resolve(outcome);
  const auto answer = served.answers.wait_for(1).front();
  REQUIRE(answer.status == 201);
  REQUIRE(http::find_header(answer.headers, "Preference-Applied") == "wait=5");
  REQUIRE(log::decode_position_token(*http::find_header(answer.headers, "Ordo-Position")) == outcome.positions);
  served.waiters.resolve(outcome);
  served.waiters.expire(Instant::max());
  REQUIRE(served.answers.count() == 1);
}

TEST_CASE("when the time is up a stored command is answered 202") {
  Served served;
  served.ask({.keyed = false, .wait = 5s});
  while (served.appended() == 0) std::this_thread::yield();
  served.waiters.expire(Instant::max());
  REQUIRE(served.answers.wait_for(1).front().status == 202);
}

TEST_CASE("wait=0 and a full house of waiters mean 202 at once") {
  Served served;
  served.waiters.close();
  served.ask({.keyed = false, .wait = GENERATE(0s, 5s)});
  REQUIRE(served.answers.wait_for(1).front().status == 202);
  REQUIRE(served.waiters.empty());
}

TEST_CASE("a waiting repeat hears the outcome together with the first") {
  Served served;
  const Asked asked{.wait = 5s};
  served.ask(asked);
  served.ask(asked);
  while (served.waiters.size() < 2) std::this_thread::yield();
  served.waiters.resolve({paid(asked.order, asked.content), {}});
  for (const auto& answer : served.answers.wait_for(2)) REQUIRE(answer.status == 201);
}

TEST_CASE("a gateway that ends leaves nobody without an answer") {
  Answers answers;
  log::InMemoryLog log(log::Delivery::by_hand);
  live::Waiters waiters;
  {
    CommandFlow flow(log, waiters);
    http::Request request;
    Submission submission;
    submission.accepted = http::json_response(202, "{}");
    flow.run(std::move(submission), request, answers.responder(request));
  }
  REQUIRE(answers.wait_for(1).front().status == 503);
}

TEST_CASE("while there is too much to do a new command is refused, and may come again under its key") {
  Served served;
  served.refuses_new = 7s;
  const Asked asked{.keyed = GENERATE(true, false), .wait = 5s};
  served.ask(asked);
  const auto refusal = served.answers.wait_for(1).front();
  CHECK(refusal.status == 503);
  CHECK(http::find_header(refusal.headers, "Retry-After") == "7");
  CHECK(refusal.body.find(R"("code":"overloaded")") != std::string::npos);
  CHECK(served.appended() == 0);
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!served.waiters.empty()) REQUIRE(std::chrono::steady_clock::now() < deadline);  // he who is answered leaves a moment later
  served.refuses_new.reset();
  served.ask({asked.order, asked.content, asked.keyed});
  CHECK(served.answers.wait_for(2)[1].status == 202);
}

TEST_CASE("while there is too much to do a repeat of what is known is answered as ever") {
  Served served;
  const Asked here;
  const Asked elsewhere;
  served.ask(here);
  served.answers.wait_for(1);
  served.read_model = {{elsewhere.order.bytes(), fingerprint_of(elsewhere.content), http::json_response(202, "as then"), std::nullopt}};
  served.refuses_new = 7s;
  served.ask(here);
  served.ask(elsewhere);
  const auto answers = served.answers.wait_for(3);
  CHECK((answers[1].status == 202 && replayed(answers[1])));
  CHECK((answers[2].status == 202 && replayed(answers[2])));
}

TEST_CASE("a client that leaves gives up its place among those who wait; whoever only said his last word hears 202") {
  Served served;
  served.ask({.keyed = false, .wait = 30s});
  REQUIRE(served.waiters.size() == 1);
  served.answers.client_leaves();
  REQUIRE(served.waiters.size() == 0);
  REQUIRE(served.answers.wait_for(1).front().status == 202);
}

}  // namespace ordo::commands
