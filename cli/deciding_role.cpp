#include "cli/deciding_role.hpp"

#include <malloc.h>

#include "cli/lease_keeping.hpp"
#include "cli/lifetime.hpp"
#include "cli/role_reporting.hpp"
#include "command-side/runtime/partition_owners.hpp"
#include "command-side/runtime/snapshot_queue.hpp"
#include "events/log/jetstream/snapshot_store.hpp"

namespace ordo::cli {
namespace {

std::vector<Consumer> consumers_of(const std::string& role, const runtime::PartitionOwners& owners) {
  std::vector<Consumer> consumers;
  const auto output = output_of(role);
  if (!output) return consumers;
  for (const auto& [partition, inputs] : owners.consumed()) {
    for (const auto& [input, sequence] : inputs) consumers.push_back({{*output, partition}, input, sequence});
  }
  return consumers;
}

}  // namespace
namespace {

// A table of ids grows by moving into a larger one. Blocks of this size or more go back to the system as soon as they are free; otherwise
// the allocator would raise that limit by itself, and keep what a table has moved out of.
constexpr int kBlockBytesGivenBack = 1024 * 1024;
// Since that limit stands still, so would this one, at 128 KB for each thread: what a batch of inputs takes would go back to the system
// after each batch, and come again page by page.
constexpr int kSpareBytesKept = 4 * 1024 * 1024;

}  // namespace

int run_deciding_role(const std::string& role, const Settings& settings,
                      const std::function<MakeContext(LogConnection&)>& prepare) {
  mallopt(M_MMAP_THRESHOLD, kBlockBytesGivenBack);
  mallopt(M_TRIM_THRESHOLD, kSpareBytesKept);
  start_process(role, settings.log_level);
  Lifetime lifetime(role, settings.ready_file);
  lifetime.begin();
  auto connection = open_log(settings, role);
  if (!connection) return give_up(connection.error());
  SystemClock clock;
  const auto make_context = prepare(*connection);
  log::jetstream::JetStreamSnapshotStore snapshot_store(connection->nats);
  runtime::SnapshotQueue snapshots(snapshot_store);
  // Ends after the owners, whose last snapshots it still writes.
  const runtime::SnapshotThread snapshot_writer(snapshots);
  const auto make_owner = [&](log::Partition partition) {
    return std::make_unique<runtime::PartitionOwner>(
        *connection->log, partition,
        [make_context, partition](runtime::Mailbox& mailbox) { return make_context(partition, mailbox); }, clock, EventId::random,
        runtime::Snapshots{&snapshots});
  };
  runtime::PartitionOwners owners(make_owner, [&lifetime](const Failure& failure) { lifetime.fail(failure.text); });
  // Ready means folded: all that this instance holds.
  const LeaseKeeping leases(
      role, settings, *connection, lifetime, [&owners](const runtime::Partitions& held) { owners.serve(held); },
      [&owners] { return owners.running(); });
  const RoleReporting reporting(role, settings, *connection, [&owners, role] { return consumers_of(role, owners); });
  return lifetime.wait();
}

}  // namespace ordo::cli
