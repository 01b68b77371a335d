#include "tests/command-side/runtime/parking_stage.hpp"

#include <catch2/catch.hpp>

#include "events/vocabulary/visit.hpp"

namespace ordo::testing {
namespace {

constexpr log::StreamName kOperations{log::StreamKind::operations, kPartition};
constexpr int kNumbersMax = 1'000;

// Orders, but for those whose numbers are spoilt: what has their key cannot be decided.
class SpoiltContext final : public runtime::Context {
 public:
  explicit SpoiltContext(const std::set<int>& spoilt) : spoilt_(spoilt) {}

  [[nodiscard]] log::StreamKind output() const override { return orders_->output(); }
  [[nodiscard]] std::span<const log::StreamKind> inputs() const override { return orders_->inputs(); }
  [[nodiscard]] Result<void> fold(const log::Event& own) override { return orders_->fold(own); }
  [[nodiscard]] std::uint32_t state_version() const override { return orders_->state_version(); }
  [[nodiscard]] std::string save_state() const override { return orders_->save_state(); }
  [[nodiscard]] Result<void> load_state(std::string_view bytes) override { return orders_->load_state(bytes); }
  [[nodiscard]] Result<void> take(const runtime::Input& input, runtime::Journal& journal) override {
    for (const int number : spoilt_) {
      if (input.event.trace.key == key_of(number)) return failure(FailureKind::corrupt, "spoilt");
    }
    return orders_->take(input, journal);
  }

 private:
  const std::set<int>& spoilt_;
  std::unique_ptr<runtime::Context> orders_ = orders::make_context();
};

std::string number_of(const log::Key& key) {
  for (int number = 0; number < kNumbersMax; ++number) {
    if (key == key_of(number)) return std::to_string(number);
  }
  return "user";
}

std::string text(const parking::Event& event) {
  return visit(
      event,
      [](const parking::InputParked& parked) {
        const auto why = parked.fault ? ": " + parked.fault->reason + ", " + std::to_string(parked.fault->attempts) + " attempts" : "";
        return "parked " + number_of(parked.key) + why;
      },
      [](const parking::ParkedReleased& released) {
        return "released " + number_of(released.key) + ": " + std::to_string(released.discarded) + " discarded, " +
               std::to_string(released.decided) + " decided, " + std::to_string(released.left) + " left";
      });
}

}  // namespace

log::Key user_itself() { return {key_of(0).user, std::nullopt}; }

std::unique_ptr<runtime::PartitionOwner> ParkingStage::owner_of_spoilt() {
  return std::make_unique<runtime::PartitionOwner>(
      log, kPartition, [this](runtime::Mailbox&) { return std::make_unique<SpoiltContext>(spoilt); }, clock, EventId::random,
      runtime::Snapshots{&snapshots, 1'000'000});
}

void ParkingStage::run() {
  const auto owner = owner_of_spoilt();
  REQUIRE(settle({owner.get()}));
}

void ParkingStage::store_unknown(int number) {
  auto event = create_command(number);
  event.payload.type = "OrderCreateRequested.v9";
  store(kCommands, log::Topic::order_create, {event});
}

void ParkingStage::release(const log::Key& key, parking::Discard discard, log::StreamKind context,
                           std::optional<EventId> first) {
  auto event = event_of(encode(parking::ReleaseRequested{context, key, discard, "anna", "tested", first}));
  event.trace.key = key;
  store(kOperations, log::Topic::parked_operation, {event});
}

std::vector<std::string> ParkingStage::parking_story() {
  std::vector<std::string> lines;
  for (const auto& event : events_in_orders()) {
    if (parking::is_parking(event.payload)) lines.push_back(text(*parking::decode(event.payload)));
  }
  return lines;
}

std::vector<log::Event> ParkingStage::events_in_orders() {
  std::vector<log::Event> events;
  for (const auto& stored : runs(kOrders)) events.insert(events.end(), stored.events.begin(), stored.events.end());
  return events;
}

}  // namespace ordo::testing
