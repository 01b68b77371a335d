#pragma once
// Purpose: hears what is told on a channel of Postgres (NOTIFY), as soon as the transaction that tells it is committed.
// Errors: none that a caller sees. While there is no connection nothing is heard; it is opened again and again, and `heard` comes once for
//         each time that it was, for what may have been missed. So nobody may rely on being called: look from time to time as well.
// Threads: one of its own, on which `heard` comes; it must not block, nor throw. The destructor waits for as long as opening a connection
//          takes, 3 s at most; nothing else holds it up, not even a server that hangs.

#include <functional>
#include <stop_token>
#include <string>
#include <thread>

#include "query-side/postgres/connection.hpp"

namespace ordo::postgres {

class Listener {
 public:
  Listener(ConnectionOptions options, std::string channel, std::function<void()> heard);

 private:
  // Until the connection is lost, or the end; `told` is cleared once it listens.
  void listen(const std::stop_token& stop, bool& told) const;
  void run(const std::stop_token& stop) const;

  const ConnectionOptions options_;
  const std::string channel_;
  const std::function<void()> heard_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace ordo::postgres
