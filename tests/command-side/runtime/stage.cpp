#include "tests/command-side/runtime/stage.hpp"

#include <algorithm>
#include <stdexcept>

#include "events/vocabulary/visit.hpp"

namespace ordo::testing {
namespace {

using namespace std::chrono_literals;

const UserId kUser = UserId::derived("test", {"user"});
const Currency kEuro = *Currency::parse("EUR");
constexpr int kQuietRounds = 12;  // more than the attempts at a broken input, and than the looks at a log that has lost its end

OrderId order_id(int number) { return OrderId::derived("order", {std::to_string(number)}); }

std::string number_of(const orders::Purchase& purchase) { return purchase.items.front().sku; }

}  // namespace

log::Event event_of(log::Payload payload) {
  return {EventId::random(), std::move(payload), std::nullopt, {"correlation-1", "", kUser}, {1'800'000'000'000}, {}};
}

orders::Purchase purchase(int number) {
  return {order_id(number), kUser, {{std::to_string(number), "", 1, 100}}, {100, kEuro}, {}};
}

log::Key key_of(int number) { return {kUser, order_id(number)}; }

log::Event create_command(int number) {
  auto event = event_of(orders::encode(orders::OrderCreateRequested{purchase(number)}));
  event.trace.key = key_of(number);
  return event;
}

log::Event payment_event(int number) {
  const auto id = order_id(number);
  auto event = event_of(billing::encode(billing::Event{
      billing::PaymentProcessed{id, kUser, billing::payment_operation_of(id), {100, kEuro}, 0}}));
  event.trace.key = key_of(number);
  return event;
}

std::unique_ptr<runtime::PartitionOwner> Stage::new_owner() {
  return std::make_unique<runtime::PartitionOwner>(
      log, kPartition, [](runtime::Mailbox&) { return orders::make_context(); }, clock);
}

std::unique_ptr<runtime::PartitionOwner> Stage::new_owner_with_snapshots(std::uint64_t events_between_min) {
  return std::make_unique<runtime::PartitionOwner>(
      log, kPartition, [](runtime::Mailbox&) { return orders::make_context(); }, clock, EventId::random,
      runtime::Snapshots{&snapshots, events_between_min});
}

void Stage::copy(log::StreamName stream, Stage& from, std::uint64_t last_sequence) {
  const auto last = std::min(from.log.bounds(stream)->last_sequence, last_sequence);
  for (std::uint64_t sequence = 1; sequence <= last; ++sequence) {
    const auto message = *from.log.get(stream, sequence);
    store_bytes(stream, message.subject, message.payload);
  }
}

void Stage::store(log::StreamName stream, log::Topic topic, std::vector<log::Event> events, log::Checkpoints checkpoints) {
  store_bytes(stream, log::subject(topic, kPartition), log::encode_run({std::move(checkpoints), std::move(events)}));
}

void Stage::store_bytes(log::StreamName stream, std::string subject, std::string payload) {
  bool stored = false;
  log.append({stream, std::move(subject), std::move(payload), std::nullopt},
             [&stored](Result<std::uint64_t> outcome) { stored = outcome.has_value(); });
  while (!stored) {
    if (!log.deliver_one()) throw std::logic_error("the log in memory did not store a message");
  }
}

Result<void> Stage::settle(const std::vector<runtime::PartitionOwner*>& owners) {
  for (int quiet = 0; quiet < kQuietRounds; ++quiet) {
    while (log.deliver_one()) quiet = 0;
    for (auto* owner : owners) {
      if (auto stepped = owner->step(0ms); !stepped) return stepped;
    }
  }
  return {};
}

std::vector<log::Run> Stage::runs(log::StreamName stream) {
  std::vector<log::Run> runs;
  const auto bounds = *log.bounds(stream);
  for (auto sequence = bounds.first_sequence; sequence <= bounds.last_sequence; ++sequence) {
    runs.push_back(*log::decode_run(log.get(stream, sequence)->payload));
  }
  return runs;
}

std::vector<std::string> Stage::story() {
  std::vector<std::string> lines;
  for (const auto& run : runs(kOrders)) {
    for (const auto& event : run.events) {
      if (parking::is_parking(event.payload)) continue;
      lines.push_back(visit(
          *orders::decode(event.payload),
          [](const orders::OrderPending& pending) { return "pending " + number_of(pending.purchase); },
          [](const orders::OrderUpdateMessage& update) { return "paid " + number_of(update.purchase); }));
    }
  }
  return lines;
}

}  // namespace ordo::testing
