#include "command-side/notifications/letter_context.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>

#include <catch2/catch.hpp>

#include "command-side/runtime/partition_owner.hpp"
#include "events/log/in_memory_log.hpp"

namespace ordo::notifications {
namespace {

using namespace std::chrono_literals;

constexpr log::StreamName kOrders{log::StreamKind::orders, 0};
constexpr log::StreamName kLetters{log::StreamKind::notifications, 0};
const UserId kAnna = UserId::derived("test", {"anna"});

class StoppedClock final : public Clock {
 public:
  Timestamp now() override { return {now_ms}; }
  std::atomic<std::int64_t> now_ms = 1'800'000'000'000;
};

// A log with order updates, a desk whose letters go where the test says, and owners that come and go.
class Office {
 public:
  // Takes one letter at a time: which of them hang is the test's business.
  class CarrierByHand final : public Carrier {
   public:
    explicit CarrierByHand(Office& office) : office_(office) {}
    std::size_t errands_at_once() const override { return 1; }
    std::vector<Outcome> deliver(std::span<const Errand> errands) override {
      std::vector<Outcome> outcomes;
      for (const auto& errand : errands) outcomes.push_back(office_.deliver(errand.content->update));
      return outcomes;
    }

   private:
    Office& office_;
  };

  Office()
      : desk(log, clock, 4, [this] { return std::make_unique<CarrierByHand>(*this); }) {}

  std::unique_ptr<runtime::PartitionOwner> new_owner() {
    return std::make_unique<runtime::PartitionOwner>(
        log, 0, [this](runtime::Mailbox& mailbox) { return std::make_unique<LetterContext>(0, desk, mailbox); }, clock);
  }

  void update_order(int number) { update_orders(number, 1); }

  // Of `count` orders, in one message.
  void update_orders(int first, int count) {
    log::Run run;
    for (int number = first; number < first + count; ++number) run.events.push_back(update_event(number));
    store(kOrders, log::Topic::order_update, run);
  }

  void store(log::StreamName stream, log::Topic topic, const log::Run& run) {
    std::atomic<bool> stored = false;
    log.append({stream, log::subject(topic, 0), log::encode_run(run), std::nullopt}, [&stored](Result<std::uint64_t>) { stored = true; });
    while (!stored) std::this_thread::yield();
  }

  void store_broken_update(int number) {
    auto event = update_event(number);
    event.payload.type = "OrderUpdateMessage.v9";
    store(kOrders, log::Topic::order_update, {{}, {event}, {}});
  }

  void release(int number, parking::Discard discard) {
    const auto key = *update_event(number).trace.key;
    log::Event event{EventId::random(), encode(parking::ReleaseRequested{log::StreamKind::notifications, key, discard, "anna", "tested"}),
                     std::nullopt, {"c", "", {}, key}, {}, {}};
    store({log::StreamKind::operations, 0}, log::Topic::parked_operation, {{}, {event}, {}});
  }

  static log::Event update_event(int number) {
    orders::OrderUpdateMessage update;
    update.purchase.order_id = OrderId::derived("order", {std::to_string(number)});
    update.purchase.user_id = kAnna;
    update.purchase.total = {100, *Currency::parse("EUR")};
    update.purchase.items = {{std::to_string(number), "", 1, 100}};
    update.status = orders::Status::paid;
    update.payment_operation_id = OperationId::derived("test", {"payment"});
    update.version = 3;
    const log::Key key{kAnna, update.purchase.order_id};
    return {EventId::random(), orders::encode(orders::Event{update}), std::nullopt, {"c", "", kAnna, key}, {}, {}};
  }

  std::vector<Event> recorded() {
    std::vector<Event> events;
    for (std::uint64_t sequence = 1; sequence <= log.bounds(kLetters)->last_sequence; ++sequence) {
      const auto run = *log::decode_run(log.get(kLetters, sequence)->payload);
      for (const auto& event : run.events) {
        if (!parking::is_parking(event.payload)) events.push_back(*decode(event.payload));
      }
    }
    return events;
  }

  std::vector<parking::Event> parking_events() {
    std::vector<parking::Event> events;
    for (std::uint64_t sequence = 1; sequence <= log.bounds(kLetters)->last_sequence; ++sequence) {
      const auto run = *log::decode_run(log.get(kLetters, sequence)->payload);
      for (const auto& event : run.events) {
        if (parking::is_parking(event.payload)) events.push_back(*parking::decode(event.payload));
      }
    }
    return events;
  }

  std::size_t recorded_sent() {
    const auto events = recorded();
    return static_cast<std::size_t>(std::ranges::count_if(events, [](const Event& event) { return std::holds_alternative<NotificationSent>(event); }));
  }

  // Steps the owner until the condition holds; the limit is generous because it is only met by a defect.
  template <class Condition>
  void step_until(runtime::PartitionOwner& owner, Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      const auto stepped = owner.step(5ms);
      INFO((stepped ? "" : stepped.error().text));
      REQUIRE(stepped);
    }
  }

  std::vector<std::string> delivered() {
    const std::scoped_lock lock(mutex);
    return letters;
  }

  log::InMemoryLog log;
  StoppedClock clock;
  std::atomic<bool> server_is_down = false;
  std::atomic<bool> hold_the_first = false;
  std::atomic<bool> hold_the_tenth = false;
  std::mutex mutex;
  std::vector<std::string> letters;  // by item, as delivered
  LetterDesk desk;

 private:
  Outcome deliver(const orders::OrderUpdateMessage& update) {
    const auto& number = update.purchase.items.front().sku;
    while ((hold_the_first && number == "0") || (hold_the_tenth && number == "10")) std::this_thread::yield();
    if (server_is_down) return Undelivered{"mail server away"};
    const std::scoped_lock lock(mutex);
    letters.push_back(number);
    return Delivered{Channel::email, Locale::english, 1};
  }
};

TEST_CASE("every order update becomes one letter and one record, also after restarts") {
  Office office;
  for (int number = 0; number < 50; ++number) office.update_order(number);
  const auto owner = office.new_owner();
  office.step_until(*owner, [&] { return office.recorded_sent() == 50; });
  const auto next = office.new_owner();
  office.update_order(50);
  office.step_until(*next, [&] { return office.recorded_sent() == 51; });
  CHECK(office.delivered().size() == 51);
}

TEST_CASE("letters are sent at the same time but recorded in the order of the updates") {
  Office office;
  office.hold_the_first = true;
  for (int number = 0; number < 3; ++number) office.update_order(number);
  const auto owner = office.new_owner();
  office.step_until(*owner, [&] { return office.delivered().size() == 2; });
  for (int steps = 0; steps < 10; ++steps) REQUIRE(owner->step(1ms));
  CHECK(office.recorded().empty());
  office.hold_the_first = false;
  office.step_until(*owner, [&] { return office.recorded_sent() == 3; });
  const auto first = std::get<NotificationSent>(office.recorded().front());
  CHECK(first.order_id == OrderId::derived("order", {"0"}));
}

TEST_CASE("a letter that hangs holds up only so many behind it, also when they came in one message") {
  Office office;
  office.hold_the_first = true;
  office.update_orders(0, 1'000);
  const auto owner = office.new_owner();
  office.step_until(*owner, [&] { return office.delivered().size() == kLettersUnderWayMax - 1; });
  for (int steps = 0; steps < 20; ++steps) REQUIRE(owner->step(1ms));
  CHECK(office.delivered().size() == kLettersUnderWayMax - 1);
  office.hold_the_first = false;
  office.step_until(*owner, [&] { return office.recorded_sent() == 1'000; });
}

TEST_CASE("at the end letters that have gone out are recorded, and those that have not begun do not go") {
  Office office;
  office.hold_the_first = true;
  office.hold_the_tenth = true;
  office.update_orders(0, 30);
  auto owner = office.new_owner();
  office.step_until(*owner, [&] { return office.delivered().size() >= 9; });
  owner->wind_up();
  office.hold_the_tenth = false;
  office.hold_the_first = false;
  office.step_until(*owner, [&] { return owner->wound_up(); });
  const auto delivered = office.delivered().size();
  CHECK(office.recorded_sent() == delivered);
  owner = office.new_owner();
  office.step_until(*owner, [&] { return office.recorded_sent() == 30; });
  CHECK(office.delivered().size() == 30);
}

TEST_CASE("a letter that failed is recorded, holds up no other and is sent when its time has come, after a restart too") {
  Office office;
  office.server_is_down = true;
  office.update_order(0);
  {
    const auto owner = office.new_owner();
    office.step_until(*owner, [&] { return office.recorded().size() == 1; });
  }
  CHECK(std::holds_alternative<NotificationFailed>(office.recorded().front()));
  office.server_is_down = false;
  office.update_order(1);
  const auto owner = office.new_owner();
  office.step_until(*owner, [&] { return office.recorded_sent() == 1; });
  CHECK(office.delivered() == std::vector<std::string>{"1"});
  office.clock.now_ms += kRetryDelayMsMin;
  office.step_until(*owner, [&] { return office.recorded_sent() == 2; });
  CHECK(office.delivered() == std::vector<std::string>{"1", "0"});
  CHECK(std::get<NotificationSent>(office.recorded().back()).attempts == 2);
}

TEST_CASE("an update that cannot be read is parked in its turn, and letters of other orders go out") {
  Office office;
  office.hold_the_first = true;
  office.update_order(0);
  office.store_broken_update(1);
  office.update_order(1);
  office.update_order(2);
  {
    const auto owner = office.new_owner();
    office.step_until(*owner, [&] { return office.delivered() == std::vector<std::string>{"2"}; });
    CHECK(office.parking_events().empty());  // what stands before it is not decided yet
    office.hold_the_first = false;
    office.step_until(*owner, [&] { return office.recorded_sent() == 2; });
    CHECK(office.parking_events().size() == 2);
  }
  const auto owner = office.new_owner();
  office.release(1, parking::Discard::first);
  office.step_until(*owner, [&] { return office.parking_events().size() == 3; });
  const auto said = std::get<parking::ParkedReleased>(office.parking_events().back());
  CHECK((said.discarded == 1 && said.decided == 1 && said.left == 0));
  CHECK(office.recorded_sent() == 3);
  CHECK(office.delivered().size() == 3);
}

}  // namespace
}  // namespace ordo::notifications
