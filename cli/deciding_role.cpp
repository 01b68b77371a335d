#include "cli/deciding_role.hpp"

#include "cli/lease_keeping.hpp"
#include "cli/lifetime.hpp"
#include "command-side/runtime/partition_owners.hpp"

namespace ordo::cli {

int run_deciding_role(const std::string& role, const Settings& settings,
                      const std::function<MakeContext(LogConnection&)>& prepare) {
  start_process(role, settings.log_level);
  Lifetime lifetime(role, settings.ready_file);
  auto connection = open_log(settings, role);
  if (!connection) return give_up(connection.error());
  SystemClock clock;
  const auto make_context = prepare(*connection);
  const auto make_owner = [&](log::Partition partition) {
    return std::make_unique<runtime::PartitionOwner>(
        *connection->log, partition,
        [make_context, partition](runtime::Mailbox& mailbox) { return make_context(partition, mailbox); }, clock);
  };
  runtime::PartitionOwners owners(make_owner, [&lifetime](const Failure& failure) { lifetime.fail(failure.text); });
  // Ready means folded: all that this instance holds.
  const LeaseKeeping leases(
      role, settings, *connection, lifetime, [&owners](const runtime::Partitions& held) { owners.serve(held); },
      [&owners] { return owners.running(); });
  return lifetime.wait();
}

}  // namespace ordo::cli
