#pragma once
// Purpose: a connection to NATS, shared by everything in a process that talks to it: `JetStreamLog`, `NatsRequestReply`,
//          set-up. It reconnects for ever; a server that has fallen silent is noticed within 15 s. Only where the server refuses the
//          user it gives up, at the start as later on.
// Threads: may be used by all. Owns: nats.c's connection, which closes with the last owner of this.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "events/vocabulary/result.hpp"

namespace ordo::log::jetstream {

// Who connects. A user may stand in the URL as well, and where the server asks for none, none is needed.
struct Access {
  std::string inbox_prefix = "_INBOX";  // what answers are sent to begins with it, so that a user may hear his own alone
  std::string user;
  std::string password;
  std::string credentials_file;           // in the place of both: a .creds file of NATS, read at each connecting
  // The server has come to refuse this user: nothing will be sent or heard any more. It must only take note.
  std::function<void()> on_refused = {};
};

class Connection {
 public:
  // Waits until a server is there and JetStream answers, at most `limit`. `urls`: one, or several separated by commas.
  // Errors: unavailable; at once where the server refuses the user.
  [[nodiscard]] static Result<std::shared_ptr<Connection>> open(const std::string& urls, const std::string& name,
                                                                std::chrono::milliseconds limit = std::chrono::seconds(30), Access access = {});

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
  explicit Connection(Access access);

  std::unique_ptr<Parts> parts_;
};

}  // namespace ordo::log::jetstream
