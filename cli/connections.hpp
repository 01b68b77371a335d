#pragma once
// Purpose: what every role and every command opens first: the connection to NATS as its user, with the log on it, after checking that
//          this process and the system agree on the number of partitions.
// Errors: a failure's text says what to do.

#include <chrono>
#include <memory>
#include <string>

#include "cli/settings.hpp"
#include "events/log/event_log.hpp"
#include "events/log/jetstream/connection.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::cli {

struct LogConnection {
  std::shared_ptr<log::jetstream::Connection> nats;
  std::unique_ptr<log::EventLog> log;
};

// The connection alone, for those who make or mend what the log needs. `name`: of the role or of the command.
[[nodiscard]] Result<std::shared_ptr<log::jetstream::Connection>> open_nats(const Settings& settings, const std::string& name,
                                                                            std::chrono::milliseconds limit = std::chrono::seconds(30));

// Waits so long for the server at most.
[[nodiscard]] Result<LogConnection> open_log(const Settings& settings, const std::string& name,
                                             std::chrono::milliseconds limit = std::chrono::seconds(30));

// Says on stderr why the process ends, and answers its exit code: 1.
[[nodiscard]] int give_up(const Failure& failure);

}  // namespace ordo::cli
