#pragma once
// Purpose: the lease keeper of a role's process: what all roles that share partitions have in common.
// Threads: as runtime::LeaseKeeperThread says.

#include <functional>
#include <string>

#include "cli/connections.hpp"
#include "cli/lifetime.hpp"
#include "command-side/runtime/lease_keeper.hpp"
#include "events/log/jetstream/lease_store.hpp"

namespace ordo::cli {

// As set, or "<host>-<process id>". A process that comes after one with its host and process id knows that this one is dead.
[[nodiscard]] std::string instance_name(const Settings& settings);

// Keeps this process's share served until destroyed, and hands it over then. It says that the role is ready as soon as it takes
// part and `serving` holds: an instance that only stands by is ready too.
class LeaseKeeping {
 public:
  LeaseKeeping(const std::string& role, const Settings& settings, LogConnection& connection, Lifetime& lifetime, runtime::Serve serve,
               std::function<bool()> serving);

 private:
  log::jetstream::JetStreamLeaseStore store_;
  runtime::LeaseKeeperThread keeper_;
  std::jthread watcher_;  // beside the main thread, which waits for signals meanwhile
};

}  // namespace ordo::cli
