#include "gateway/commands/known_commands.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

using namespace ordo;
using namespace ordo::commands;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

namespace {

// A read model that knows nothing and notes when it was asked, and for how many; its first answer is held back until it may speak.
class ReadModel {
 public:
  Result<std::vector<KnownCommand>> find(std::span<const IdBytes> ids) {
    const std::lock_guard lock(mutex_);
    questions_.emplace_back(Steady::now(), ids.size());
    if (questions_.size() == 1) asked_first_.set_value();
    if (questions_.size() == 1) held_.get_future().wait();
    return {};
  }

  void await_first() { asked_first_.get_future().wait(); }
  void speak() { held_.set_value(); }

  // Once every answer was given.
  [[nodiscard]] std::vector<std::pair<Steady::time_point, std::size_t>> questions() {
    const std::lock_guard lock(mutex_);
    return questions_;
  }

 private:
  std::mutex mutex_;
  std::promise<void> asked_first_, held_;
  std::vector<std::pair<Steady::time_point, std::size_t>> questions_;
};

std::future<void> ask(KnownCommands& known) {
  auto answered = std::make_shared<std::promise<void>>();
  auto future = answered->get_future();
  REQUIRE(known.ask(IdBytes{}, [answered](const Result<std::optional<KnownCommand>>&) { answered->set_value(); }));
  return future;
}

}  // namespace

TEST_CASE("what is asked while a question is under way goes into the next one, and after many the one after that waits a while") {
  ReadModel read_model;
  KnownCommands known([&](std::span<const IdBytes> ids) { return read_model.find(ids); },
                      {.patience = 60s, .pace = {20ms, 0us, 10s}});
  std::vector<std::future<void>> answers;
  answers.push_back(ask(known));
  read_model.await_first();
  for (int count = 0; count < 11; ++count) answers.push_back(ask(known));
  read_model.speak();
  for (auto& answer : answers) answer.wait();
  ask(known).wait();

  const auto questions = read_model.questions();
  REQUIRE(questions.size() == 3);
  CHECK(questions[0].second == 1);
  CHECK(questions[1].second == 11);
  CHECK(questions[2].first - questions[1].first >= 200ms);
}

TEST_CASE("what comes alone is asked at once") {
  ReadModel read_model;
  read_model.speak();
  KnownCommands known([&](std::span<const IdBytes> ids) { return read_model.find(ids); },
                      {.patience = 60s, .pace = {1h, 0us, 1h}});
  for (int count = 0; count < 3; ++count) REQUIRE(ask(known).wait_for(60s) == std::future_status::ready);
  CHECK(read_model.questions().size() == 3);
}
