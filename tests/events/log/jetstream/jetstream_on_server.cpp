#include "tests/events/log/jetstream/jetstream_on_server.hpp"

#include <stdexcept>
#include <utility>

#include "events/log/jetstream/setup.hpp"

namespace ordo::log::jetstream {
namespace {

template <class Value>
Value value_of(Result<Value> result) {
  if (!result) throw std::runtime_error(result.error().text);
  return std::move(*result);
}

}  // namespace

std::shared_ptr<Connection> connect_to(const NatsServer& server) {
  return value_of(Connection::open(server.url(), "test"));
}

JetStreamOnServer::JetStreamOnServer(JetStreamOptions options) : connection(connect_to(server)) {
  if (const auto done = set_up(*connection, kTestPartitions, 1); !done) throw std::runtime_error(done.error().text);
  log = value_of(JetStreamLog::open(connection, options));
}

}  // namespace ordo::log::jetstream
