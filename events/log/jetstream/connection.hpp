#pragma once
// Purpose: a connection to NATS, shared by everything in a process that talks to it: `JetStreamLog`, `NatsRequestReply`,
//          set-up. It reconnects for ever; a server that has fallen silent is noticed within 15 s.
// Threads: may be used by all. Owns: nats.c's connection, which closes with the last owner of this.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "events/vocabulary/result.hpp"

namespace ordo::log::jetstream {

class Connection {
 public:
  // Waits until a server is there and JetStream answers, at most `limit`. `urls`: one, or several separated by commas.
  // Errors: unavailable.
  [[nodiscard]] static Result<std::shared_ptr<Connection>> open(
      const std::string& urls, const std::string& name, std::chrono::milliseconds limit = std::chrono::seconds(30));

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] bool is_connected() const;

  // How often the connection was lost so far: whoever depends on state in the server compares.
  [[nodiscard]] std::uint64_t disconnects() const;

  // Sends one request and waits for its reply. Its answer may come from a JetStream API.
  // Errors: unavailable: nobody listens, or there is no connection; timeout: sent, but not answered.
  [[nodiscard]] Result<std::string> request(const std::string& subject, std::string_view payload,
                                            std::chrono::milliseconds timeout);

  // nats.c's objects, for this folder only: see connection_parts.hpp.
  struct Parts;
  [[nodiscard]] Parts& parts() { return *parts_; }

 private:
  Connection();

  std::unique_ptr<Parts> parts_;
};

}  // namespace ordo::log::jetstream
