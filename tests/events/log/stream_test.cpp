#include <set>

#include <catch2/catch.hpp>

#include "events/log/stream.hpp"

namespace ordo::log {
namespace {

TEST_CASE("a user's partition is the same for ever") {
  struct Row {
    const char* user;
    Partition of_4;
    Partition of_7;
    Partition of_1024;
  };
  // Fixed: the partition of every stored event depends on them.
  const auto row = GENERATE(Row{"00000000-0000-0000-0000-000000000000", 1, 5, 953},
                            Row{"00000000-0000-0000-0000-000000000001", 1, 1, 697},
                            Row{"018f4e3a-7c1b-7def-8a12-3456789abcde", 0, 1, 64},
                            Row{"ffffffff-ffff-ffff-ffff-ffffffffffff", 0, 0, 264});
  const auto user = UserId::parse(row.user).value();
  CAPTURE(row.user);
  CHECK(partition_of(user, 1) == 0);
  CHECK(partition_of(user, 4) == row.of_4);
  CHECK(partition_of(user, 7) == row.of_7);
  CHECK(partition_of(user, 1024) == row.of_1024);
}

TEST_CASE("users spread evenly over partitions") {
  std::array<int, 4> counts{};
  for (int number = 0; number < 10'000; ++number) ++counts[partition_of(UserId::random(), 4)];
  for (const auto count : counts) CHECK(count == Approx(2500).margin(250));
}

TEST_CASE("a stream's name gives the stream back") {
  for (const auto kind : kStreamKinds) {
    for (const Partition partition : {0U, 1U, 10U, 1023U}) {
      CHECK(parse_stream_name(text(StreamName{kind, partition})) == StreamName{kind, partition});
    }
  }
  CHECK(text(StreamName{StreamKind::notifications, 3}) == "NOTIFICATIONS-3");
  CHECK(parse_stream_name("PARKED-1") == StreamName{StreamKind::parked, 1});
  CHECK(text(StreamName{StreamKind::audit, 0}) == "AUDIT");
  CHECK(parse_stream_name("AUDIT") == StreamName{StreamKind::audit, 0});
}

TEST_CASE("what is no stream's name is refused") {
  const auto* const name = GENERATE("", "ORDERS", "ORDERS-", "-1", "ORDERS-x", "ORDERS-1x", "ORDERS--1", "ORDERS-1024",
                                    "orders-1", "KV_ordo", "ORDERS-01", "ORDERS-00", "ORDERS-+1", "ORDERS-99999999999",
                                    "AUDIT-0");
  CAPTURE(name);
  CHECK_FALSE(parse_stream_name(name));
}

TEST_CASE("every topic has a subject of its own, in the stream that stores it") {
  std::set<std::string> subjects;
  std::size_t count = 0;
  for (const auto kind : kStreamKinds) {
    for (const auto& subject : subjects_of({kind, 2})) {
      CHECK(subject.ends_with(".2"));
      subjects.insert(subject);
      ++count;
    }
  }
  CHECK(subjects.size() == count);
  CHECK(subject(Topic::order_create, 0) == "orders.create.0");
  CHECK(stream_of(Topic::order_update) == StreamKind::orders);
  CHECK(subjects_of({StreamKind::orders, 2}) == std::vector<std::string>{"orders.pending.2", "notifications.orders.2", "orders.parked.2"});
  CHECK(subjects_of({StreamKind::parked, 2}).empty());
  CHECK(subjects_of({StreamKind::audit, 0}) == std::vector<std::string>{"audit.operators"});
}

TEST_CASE("the owner of a stream speaks of what it has parked in that stream") {
  for (const auto output : {StreamKind::orders, StreamKind::billing, StreamKind::notifications}) {
    CHECK(stream_of(parking_topic_of(output).value()) == output);
  }
  CHECK_FALSE(parking_topic_of(StreamKind::commands));
}

}  // namespace
}  // namespace ordo::log
