#pragma once
// Purpose: lets a role's process answer `ordo status`: who it is and how far it has come.
// Threads: `consumers` is called on a thread of the service, as long as this lives.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/connections.hpp"
#include "cli/role_report.hpp"
#include "events/log/jetstream/request_reply.hpp"

namespace ordo::cli {

class RoleReporting {
 public:
  // A process that cannot report serves all the same, and says so.
  RoleReporting(const std::string& role, const Settings& settings, LogConnection& connection,
                std::function<std::vector<Consumer>()> consumers = {});

 private:
  log::jetstream::NatsRequestReply port_;
  std::unique_ptr<log::Service> service_;
};

}  // namespace ordo::cli
