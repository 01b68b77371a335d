#pragma once
// Purpose: one partition of orders on a log in memory, stepped by hand: commands and payments go in, runs come out.

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "command-side/orders/context.hpp"
#include "command-side/runtime/partition_owner.hpp"
#include "events/billing/events.hpp"
#include "events/log/in_memory_log.hpp"
#include "events/log/in_memory_snapshot_store.hpp"
#include "events/orders/events.hpp"

namespace ordo::testing {

inline constexpr log::Partition kPartition = 0;
inline constexpr log::StreamName kCommands{log::StreamKind::commands, kPartition};
inline constexpr log::StreamName kOrders{log::StreamKind::orders, kPartition};
inline constexpr log::StreamName kBilling{log::StreamKind::billing, kPartition};

[[nodiscard]] orders::Purchase purchase(int number);
[[nodiscard]] log::Key key_of(int number);
// Says of nobody whose it is.
[[nodiscard]] log::Event event_of(log::Payload payload);
[[nodiscard]] log::Event create_command(int number);
[[nodiscard]] log::Event payment_event(int number);

class Stage {
 public:
  [[nodiscard]] std::unique_ptr<runtime::PartitionOwner> new_owner();
  // One that begins from the stored snapshot, and leaves one in `snapshots` after so many events.
  [[nodiscard]] std::unique_ptr<runtime::PartitionOwner> new_owner_with_snapshots(std::uint64_t events_between_min = 1'000'000);

  // Stores one message that holds these events.
  void store(log::StreamName stream, log::Topic topic, std::vector<log::Event> events, log::Checkpoints checkpoints = {});

  // Stores what another log holds of a stream up to a sequence, byte for byte.
  void copy(log::StreamName stream, Stage& from, std::uint64_t last_sequence = std::numeric_limits<std::uint64_t>::max());

  // Lets the log deliver and the owners act until nothing moves any more. Answers the first failure.
  [[nodiscard]] Result<void> settle(const std::vector<runtime::PartitionOwner*>& owners);

  // Of what is still there.
  [[nodiscard]] std::vector<log::Run> runs(log::StreamName stream);
  // Of every event in ORDERS but what is parked: "pending 3", "paid 3".
  [[nodiscard]] std::vector<std::string> story();

  void ask(int number) { store(kCommands, log::Topic::order_create, {create_command(number)}); }
  void pay(int number) { store(kBilling, log::Topic::billing_payment, {payment_event(number)}); }

  log::InMemoryLog log{log::Delivery::by_hand};
  SystemClock clock;
  log::InMemorySnapshotStore snapshot_store;
  runtime::SnapshotQueue snapshots{snapshot_store};

 private:
  void store_bytes(log::StreamName stream, std::string subject, std::string payload);
};

}  // namespace ordo::testing
