#include <future>

#include <catch2/catch.hpp>

#include "events/log/event_search.hpp"
#include "events/log/in_memory_log.hpp"

namespace ordo::log {
namespace {

struct Told {
  // One message with an event for each time.
  void tell(StreamName stream, std::vector<std::int64_t> times, const std::string& correlation_id = "other",
            const std::string& type = "Any.v1", const std::string& payload = "") {
    Run run;
    for (const auto time : times) run.events.push_back({EventId::random(), {type, payload}, {}, {correlation_id, "", {}}, {time}, {}});
    std::promise<void> stored;
    log.append({stream, subjects_of(stream).front(), encode_run(run), {}}, [&](const auto&) { stored.set_value(); });
    stored.get_future().get();
  }

  std::vector<std::string> found(EventFilter filter, Partition partitions = 2) {
    EventSearch search({.log = log, .partitions = partitions, .filter = std::move(filter),
                        .report = [this](const SearchProgress& now) { progress = now; }});
    std::vector<std::string> places;
    for (auto event = search.next().value(); event; event = search.next().value()) places.push_back(text(event->at));
    return places;
  }

  InMemoryLog log;
  SearchProgress progress;
};

using Places = std::vector<std::string>;

constexpr StreamName kOrders{StreamKind::orders, 0};
constexpr StreamName kBilling{StreamKind::billing, 0};
constexpr StreamName kOtherOrders{StreamKind::orders, 1};
constexpr std::int64_t kMinute = 60'000;

TEST_CASE("a search tells what fits, by partition and time") {
  Told told;
  told.tell(kOrders, {10, 40});
  told.tell(kBilling, {20, 30});
  told.tell(kOrders, {50}, "mine");
  told.tell(kOtherOrders, {5}, "mine");
  CHECK(told.found({}) == Places{"ORDERS-0@1.0", "BILLING-0@1.0", "BILLING-0@1.1", "ORDERS-0@1.1", "ORDERS-0@2.0", "ORDERS-1@1.0"});
  CHECK(told.progress.messages_done == 4);
  CHECK(told.progress.messages_total == 4);
  CHECK(told.found({.correlation_id = "mine"}) == Places{"ORDERS-0@2.0", "ORDERS-1@1.0"});
  CHECK(told.found({.correlation_id = "mine", .partition = 1}) == Places{"ORDERS-1@1.0"});
  CHECK(told.found({.streams = {StreamKind::billing}}).size() == 2);
  CHECK(told.found({.correlation_id = "min"}).empty());
}

TEST_CASE("a type is named with its version or without") {
  Told told;
  told.tell(kOrders, {1}, "c", "OrderPending.v1");
  told.tell(kOrders, {2}, "c", "OrderPending.v2");
  told.tell(kOrders, {3}, "c", "OrderPendingAgain.v1");
  CHECK(told.found({.type = "OrderPending"}) == Places{"ORDERS-0@1.0", "ORDERS-0@2.0"});
  CHECK(told.found({.type = "OrderPending.v2"}) == Places{"ORDERS-0@2.0"});
}

TEST_CASE("what an event is about is any id that its payload names") {
  Told told;
  const auto order = OrderId::random();
  told.tell(kOrders, {1}, "c", "Any.v1", "before" + std::string(order.raw()) + "behind");
  told.tell(kOrders, {2}, "c", "Any.v1", std::string(OrderId::random().raw()));
  CHECK(told.found({.about = order.bytes()}) == Places{"ORDERS-0@1.0"});
  const auto event = events_of(told.log.get(kOrders, 2).value()).value().front().event.id;
  CHECK(told.found({.id = event}) == Places{"ORDERS-0@2.0"});
}

TEST_CASE("between two times, only the messages of that time and a minute around it are read") {
  Told told;
  for (std::int64_t minute = 1; minute <= 100; ++minute) told.tell(kOrders, {minute * kMinute});
  CHECK(told.found({.since = Timestamp{50 * kMinute}, .until = Timestamp{52 * kMinute}}) ==
        Places{"ORDERS-0@50.0", "ORDERS-0@51.0", "ORDERS-0@52.0"});
  CHECK(told.found({.since = Timestamp{200 * kMinute}}).empty());
  CHECK(told.found({.until = Timestamp{0}}).empty());
  CHECK(told.found({.since = Timestamp{0}}).size() == 100);
  Places first_and_last = told.found({.since = Timestamp{1 * kMinute}, .until = Timestamp{1 * kMinute}});
  CHECK(first_and_last == Places{"ORDERS-0@1.0"});
}

TEST_CASE("a message that is damaged ends a search that must read it") {
  Told told;
  told.log.append({kOrders, subjects_of(kOrders).front(), "no run", {}}, [](const auto&) {});
  told.tell(kOrders, {1}, "mine");
  EventSearch search({.log = told.log, .partitions = 1});
  CHECK(search.next().error().kind == FailureKind::corrupt);
  CHECK(told.found({.correlation_id = "mine"}, 1) == Places{"ORDERS-0@2.0"});
}

}  // namespace
}  // namespace ordo::log
