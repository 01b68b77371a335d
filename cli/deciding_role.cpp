#include "cli/deciding_role.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include <spdlog/spdlog.h>

#include "cli/lifetime.hpp"

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

using Owners = std::vector<std::unique_ptr<runtime::OwnerThread>>;

Owners start_owners(LogConnection& connection, const Settings& settings, const MakeContext& make_context, Clock& clock,
                    Lifetime& lifetime) {
  Owners owners;
  for (log::Partition partition = 0; partition < settings.partitions; ++partition) {
    auto owner = std::make_unique<runtime::PartitionOwner>(
        *connection.log, partition,
        [make_context, partition](runtime::Mailbox& mailbox) { return make_context(partition, mailbox); }, clock);
    owners.push_back(std::make_unique<runtime::OwnerThread>(
        std::move(owner), [&lifetime](const Failure& failure) { lifetime.fail(failure.text); }));
  }
  return owners;
}

}  // namespace

int run_deciding_role(const std::string& role, const Settings& settings,
                      const std::function<MakeContext(LogConnection&)>& prepare) {
  start_process(role, settings.log_level);
  Lifetime lifetime(role, settings.ready_file);
  auto connection = open_log(settings, role);
  if (!connection) return give_up(connection.error());
  SystemClock clock;
  const auto make_context = prepare(*connection);
  const auto owners = start_owners(*connection, settings, make_context, clock, lifetime);
  // Ready means folded: until then a stop must still be heard, so the waiting happens beside the main thread.
  std::jthread watcher([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (std::ranges::all_of(owners, [](const auto& owner) { return owner->running(); })) return lifetime.ready();
      std::this_thread::sleep_for(10ms);
    }
  });
  const int status = lifetime.wait();
  for (const auto& owner : owners) owner->request_stop();
  return status;
}

}  // namespace ordo::cli
