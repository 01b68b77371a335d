#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <set>
#include <thread>
#include <vector>

#include "events/log/in_memory_log.hpp"
#include "gateway/commands/command_appender.hpp"

namespace ordo::commands {
namespace {

Command command_in(log::Partition partition) {
  Command command{log::Topic::order_create, partition, {}};
  command.event.id = EventId::random();
  command.event.payload = {"Test.v1", "payload"};
  return command;
}

}  // namespace

TEST_CASE("each of many commands from many threads is told its own place, once") {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  log::InMemoryLog log;
  CommandAppender appender(log);
  std::mutex mutex;
  std::set<log::StreamPosition> places;
  std::atomic<int> told = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int count = 0; count < kEach; ++count) {
          const bool taken = appender.submit(command_in(static_cast<log::Partition>(thread % 2)),
                                             [&](const Result<log::StreamPosition>& place) {
                                               const std::lock_guard lock(mutex);
                                               if (place) places.insert(*place);
                                               if (++told == kThreads * kEach) told.notify_all();
                                             });
          if (!taken) ++told;
        }
      });
    }
  }
  for (int seen = told; seen < kThreads * kEach; seen = told) told.wait(seen);
  REQUIRE(places.size() == kThreads * kEach);
}

TEST_CASE("an appender that ends tells whoever still waits") {
  log::InMemoryLog log(log::Delivery::by_hand);  // it never settles
  std::atomic<int> told = 0;
  {
    CommandAppender appender(log);
    for (int count = 0; count < 3; ++count) {
      REQUIRE(appender.submit(command_in(0), [&](const Result<log::StreamPosition>& place) {
        if (!place) ++told;
      }));
    }
  }
  REQUIRE(told == 3);
  while (log.deliver_one()) {
  }
  REQUIRE(told == 3);
}

TEST_CASE("a command that was lost on its way is stored by a retry, without anybody asking") {
  log::InMemoryLog log;
  log.inject({log::StreamKind::commands, 0}, log::Fault::lose_message);
  CommandAppender appender(log);
  std::promise<bool> stored;
  REQUIRE(appender.submit(command_in(0), [&](const Result<log::StreamPosition>& place) { stored.set_value(place.has_value()); }));
  auto answer = stored.get_future();
  REQUIRE(answer.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
  REQUIRE(answer.get());
}

}  // namespace ordo::commands
