// The same letter asked for again, while it is under way or waits for its next attempt. A desk by hand: the test says which letter comes
// back when.

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "command-side/notifications/letter_context.hpp"
#include "command-side/runtime/partition_owner.hpp"
#include "events/log/in_memory_log.hpp"

namespace ordo::notifications {
namespace {

using namespace std::chrono_literals;

constexpr log::StreamName kOrders{log::StreamKind::orders, 0};
constexpr log::StreamName kLetters{log::StreamKind::notifications, 0};

class StoppedClock final : public Clock {
 public:
  Timestamp now() override { return {now_ms}; }
  std::int64_t now_ms = 1'800'000'000'000;
};

class DeskByHand final : public Desk {
 public:
  void submit(std::vector<DeliveryJob> submitted) override {
    for (auto& job : submitted) {
      if (job.reports->begin()) jobs.push_back(std::move(job));
    }
  }

  void bring_back(std::size_t number, Outcome outcome) {
    const auto job = jobs.at(number);
    jobs.erase(jobs.begin() + static_cast<std::ptrdiff_t>(number));
    job.reports->put({{job.ticket, {job.delivery, std::move(outcome), {1'800'000'000'000}}}});
  }

  std::vector<DeliveryJob> jobs;
};

class Office {
 public:
  std::unique_ptr<runtime::PartitionOwner> new_owner() {
    return std::make_unique<runtime::PartitionOwner>(
        log, 0, [this](runtime::Mailbox& mailbox) { return std::make_unique<LetterContext>(0, desk, mailbox); }, clock);
  }

  void update_order(std::string_view name) {
    orders::OrderUpdateMessage update;
    update.purchase.order_id = OrderId::derived("order", {name});
    update.purchase.user_id = UserId::derived("test", {"anna"});
    update.purchase.items = {{"sku", "", 1, 100}};
    update.purchase.total = {100, *Currency::parse("EUR")};
    update.payment_operation_id = OperationId::derived("test", {"payment"});
    update.version = 3;
    const log::Event event{EventId::random(), orders::encode(orders::Event{update}), std::nullopt, {"c", "", {}}, {}, {}};
    log.append({kOrders, log::subject(log::Topic::order_update, 0), log::encode_run({{}, {event}}), std::nullopt}, [](const auto&) {});
  }

  void settle(runtime::PartitionOwner& owner) {
    for (int quiet = 0; quiet < 3; ++quiet) {
      while (log.deliver_one()) quiet = 0;
      REQUIRE(owner.step(0ms));
    }
  }

  // "sent 1": the first attempt; "failed 2": the second.
  std::vector<std::string> recorded() {
    std::vector<std::string> story;
    for (std::uint64_t sequence = 1; sequence <= log.bounds(kLetters)->last_sequence; ++sequence) {
      const auto run = *log::decode_run(log.get(kLetters, sequence)->payload);
      for (const auto& event : run.events) {
        const auto letter = *decode(event.payload);
        const auto* sent = std::get_if<NotificationSent>(&letter);
        const auto attempts = sent ? sent->attempts : std::get<NotificationFailed>(letter).attempts;
        story.push_back((sent ? "sent " : "failed ") + std::to_string(attempts));
      }
    }
    return story;
  }

  StoppedClock clock;
  log::InMemoryLog log{log::Delivery::by_hand};
  DeskByHand desk;
};

using Story = std::vector<std::string>;

TEST_CASE("a letter that failed just before its owner's end is tried again when its time has come, and not before") {
  Office office;
  auto owner = office.new_owner();
  office.update_order("hangs");
  office.update_order("fails");
  office.settle(*owner);
  REQUIRE(office.desk.jobs.size() == 2);
  office.desk.bring_back(1, Undelivered{"the mail server is away"});
  office.settle(*owner);
  owner->wind_up();
  office.settle(*owner);
  // Recorded out of order: no checkpoint covers what is behind the letter that hangs.
  REQUIRE(office.recorded() == Story{"failed 1"});
  office.desk.jobs.clear();

  owner = office.new_owner();
  office.settle(*owner);
  CHECK(office.desk.jobs.size() == 1);
  office.clock.now_ms += kRetryDelayMsMin;
  office.settle(*owner);
  REQUIRE(office.desk.jobs.size() == 2);
  office.desk.bring_back(1, Delivered{});
  office.desk.bring_back(0, Delivered{});
  office.settle(*owner);
  CHECK(office.recorded() == Story{"failed 1", "sent 2", "sent 1"});
}

TEST_CASE("an order's update that stands in the log twice makes one letter, also when one of two under way fails") {
  Office office;
  const auto owner = office.new_owner();
  office.update_order("twice");
  office.update_order("twice");
  office.settle(*owner);
  REQUIRE(office.desk.jobs.size() == 2);
  office.desk.bring_back(0, Undelivered{"the mail server is away"});
  office.settle(*owner);
  office.clock.now_ms += kRetryDelayMsMin;
  office.settle(*owner);
  REQUIRE(office.desk.jobs.size() == 2);
  office.desk.bring_back(0, Delivered{});
  office.settle(*owner);
  office.desk.bring_back(0, Delivered{});
  office.settle(*owner);
  CHECK(office.recorded() == Story{"failed 1", "sent 2"});
}

}  // namespace
}  // namespace ordo::notifications
