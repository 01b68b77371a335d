#include <thread>

#include <catch2/catch.hpp>

#include "events/log/event.hpp"
#include "projections/runtime/time_ordered_mailbox.hpp"

using namespace ordo;
using projections::TimeOrderedMailbox;

namespace {

constexpr log::StreamName kCommands{log::StreamKind::commands, 0}, kOrders{log::StreamKind::orders, 0};

log::StoredMessage message_of(log::StreamName stream, std::uint64_t sequence, std::int64_t time) {
  log::Run run;
  run.events.push_back({EventId::random(), {"AnyType.v1", std::string(50, 'x')}, {}, {"c", "", {}, {}}, {time}, {}});
  return {stream, sequence, "", log::encode_run(run)};
}

std::vector<std::pair<log::StreamName, std::uint64_t>> places(const std::vector<log::StoredMessage>& messages) {
  std::vector<std::pair<log::StreamName, std::uint64_t>> places;
  for (const auto& message : messages) places.emplace_back(message.stream, message.sequence);
  return places;
}

}  // namespace

TEST_CASE("messages of several streams are given out by time, those of each stream in their order") {
  TimeOrderedMailbox mailbox({{kCommands, 0}, {kOrders, 0}}, {{kCommands, 2}, {kOrders, 3}}, 1'000'000);
  mailbox.push(message_of(kOrders, 1, 15));
  mailbox.push(message_of(kOrders, 2, 12));  // a clock that was set back
  mailbox.push(message_of(kOrders, 3, 30));
  mailbox.push(message_of(kCommands, 1, 10));
  mailbox.push(message_of(kCommands, 2, 20));
  using Places = std::vector<std::pair<log::StreamName, std::uint64_t>>;
  CHECK(places(mailbox.take({}, 1'000'000)) == Places{{kCommands, 1}, {kOrders, 1}, {kOrders, 2}, {kCommands, 2}, {kOrders, 3}});
  CHECK(mailbox.has_ended());
}

TEST_CASE("nothing is given out beyond the last message that is wanted") {
  TimeOrderedMailbox mailbox({{kOrders, 4}}, {{kOrders, 5}}, 1'000'000);
  for (std::uint64_t sequence = 5; sequence < 9; ++sequence) mailbox.push(message_of(kOrders, sequence, 1));
  CHECK(mailbox.take({}, 1'000'000).size() == 1);
  CHECK(mailbox.has_ended());
}

TEST_CASE("streams of which nothing is wanted have ended from the beginning") {
  CHECK(TimeOrderedMailbox({{kOrders, 4}, {kCommands, 1}}, {{kOrders, 4}}, 100).has_ended());
}

TEST_CASE("a stream that brings nothing holds the others up until it has ended, or its messages are gone") {
  TimeOrderedMailbox mailbox({{kCommands, 0}, {kOrders, 0}}, {{kCommands, 1}, {kOrders, 1}}, 1'000'000);
  mailbox.push(message_of(kOrders, 1, 10));
  CHECK(mailbox.take({}, 100).empty());
  CHECK(mailbox.waits_for() == std::vector{kCommands});
  mailbox.expect_only(kCommands, {1, 1});
  CHECK(mailbox.waits_for() == std::vector{kCommands});
  mailbox.expect_only(kCommands, GENERATE(log::StreamBounds{2, 1}, log::StreamBounds{1, 0}));
  CHECK(mailbox.take({}, 100).size() == 1);
  CHECK(mailbox.has_ended());
}

TEST_CASE("a stream that skips over the last message that was wanted has ended") {
  TimeOrderedMailbox mailbox({{kCommands, 0}}, {{kCommands, 3}}, 1'000);
  mailbox.push(message_of(kCommands, 7, 10));
  CHECK(mailbox.has_ended());
}

TEST_CASE("a stream that is ahead waits for room, and is let go when the mailbox is closed") {
  TimeOrderedMailbox mailbox({{kCommands, 0}, {kOrders, 0}}, {{kCommands, 9}, {kOrders, 9}}, 2);
  std::atomic<int> pushed = 0;
  std::jthread reader([&] {
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
      mailbox.push(message_of(kOrders, sequence, 1));
      ++pushed;
    }
  });
  mailbox.push(message_of(kCommands, 1, 0));
  CHECK(mailbox.take({}, 1).size() == 1);
  CHECK(mailbox.take({}, 1).empty());
  CHECK(pushed == 1);
  mailbox.close();
  reader.join();
  CHECK(pushed == 3);
}
