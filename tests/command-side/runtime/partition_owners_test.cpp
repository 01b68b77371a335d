#include "command-side/runtime/partition_owners.hpp"

#include <atomic>

#include <catch2/catch.hpp>

#include "tests/command-side/runtime/stage.hpp"

namespace ordo::testing {
namespace {

using namespace std::chrono_literals;

bool eventually(const std::function<bool()>& condition) {
  for (const auto end = std::chrono::steady_clock::now() + 20s; !condition(); std::this_thread::sleep_for(1ms)) {
    if (std::chrono::steady_clock::now() > end) return false;
  }
  return true;
}

// A log with threads, on which instances of the role orders come and go.
class Place {
 public:
  runtime::PartitionOwners new_instance() {
    return {[this](log::Partition partition) {
              return std::make_unique<runtime::PartitionOwner>(
                  log, partition, [](runtime::Mailbox&) { return orders::make_context(); }, clock);
            },
            [this](const Failure&) { ++failed; }};
  }

  void ask(int number) {
    std::atomic<bool> stored = false;
    log.append({kCommands, log::subject(log::Topic::order_create, kPartition), log::encode_run({{}, {create_command(number)}}), std::nullopt},
               [&stored](const Result<std::uint64_t>&) { stored = true; });
    REQUIRE(eventually([&] { return stored.load(); }));
  }

  std::size_t decided() {
    std::size_t events = 0;
    const auto last = log.bounds(kOrders)->last_sequence;
    for (std::uint64_t sequence = 1; sequence <= last; ++sequence) {
      events += log::decode_run(log.get(kOrders, sequence)->payload)->events.size();
    }
    return events;
  }

  log::InMemoryLog log;
  SystemClock clock;
  std::atomic<int> failed = 0;
};

TEST_CASE("what is not held is not decided, and what is held again is caught up with") {
  Place place;
  auto owners = place.new_instance();
  owners.serve({kPartition});
  place.ask(1);
  CHECK(eventually([&] { return place.decided() == 1; }));
  owners.serve({});
  CHECK(owners.running());  // whoever only stands by is ready
  place.ask(2);
  CHECK(place.decided() == 1);
  owners.serve({kPartition});
  CHECK(eventually([&] { return place.decided() == 2; }));
}

TEST_CASE("owners tell how far they have come in their inputs") {
  Place place;
  auto owners = place.new_instance();
  CHECK(owners.consumed().empty());
  place.ask(1);
  place.ask(2);
  owners.serve({kPartition});
  CHECK(eventually([&] { return owners.consumed()[kPartition][kCommands] == 2; }));
  CHECK(eventually([&] { return place.decided() == 2; }));
}

TEST_CASE("an owner that was fenced off stands by until it is told again that the partition is held") {
  Place place;
  auto zombie = place.new_instance();
  zombie.serve({kPartition});
  CHECK(eventually([&] { return zombie.running(); }));
  auto other = place.new_instance();
  other.serve({kPartition});
  CHECK(eventually([&] { return other.running(); }));
  // Both decide every command; the log takes the answer of one, and the other stands by.
  int number = 0;
  CHECK(eventually([&] {
    place.ask(++number);
    return !zombie.running() || !other.running();
  }));
  const bool zombie_stands_by = !zombie.running();
  auto& fenced = zombie_stands_by ? zombie : other;
  auto& owner = zombie_stands_by ? other : zombie;
  CHECK(eventually([&] { return place.decided() == static_cast<std::size_t>(number); }));
  CHECK_FALSE(fenced.running());
  owner.serve({});
  place.ask(++number);
  CHECK(place.decided() == static_cast<std::size_t>(number) - 1);
  fenced.serve({kPartition});
  CHECK(eventually([&] { return place.decided() == static_cast<std::size_t>(number); }));
  CHECK(place.failed == 0);
}

}  // namespace
}  // namespace ordo::testing
