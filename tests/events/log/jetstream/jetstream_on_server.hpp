#pragma once
// Purpose: a JetStreamLog on a nats-server of its own, set up, for a test.
// Errors: throws std::runtime_error.

#include <memory>

#include "events/log/jetstream/jetstream_log.hpp"
#include "tests/events/log/nats_server/nats_server.hpp"

namespace ordo::log::jetstream {

inline constexpr Partition kTestPartitions = 2;

[[nodiscard]] std::shared_ptr<Connection> connect_to(const NatsServer& server);

struct JetStreamOnServer {
  explicit JetStreamOnServer(JetStreamOptions options = {});

  NatsServer server;
  std::shared_ptr<Connection> connection;
  std::unique_ptr<JetStreamLog> log;
};

}  // namespace ordo::log::jetstream
