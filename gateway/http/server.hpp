#pragma once
// Purpose: listens, reads requests, gives them to the router and writes the answers. The only file that others need to
//          start HTTP; Pistache stays behind it. To end without anybody noticing: `leave`, `await_all_gone`, `stop`.
// Errors: `start` answers unavailable when the address cannot be had.
// Threads: start, stop and the destructor from one thread; requests run on the reactor threads.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "events/vocabulary/result.hpp"
#include "gateway/http/client_address.hpp"
#include "gateway/http/cors.hpp"
#include "gateway/http/router.hpp"

namespace ordo::http {

struct ServerSettings {
  std::string address = "127.0.0.1";  // IPv4; loopback, or inside a pod: a strict proxy stands in front
  std::uint16_t port = 0;             // 0: any that is free
  int reactor_threads = 1;
  Networks trusted_proxies;  // whose X-Forwarded-For counts
  Cors cors;                 // whose pages may ask
  // From the first byte of a request to its last; then 408. A connection on which nothing ever came ends then, too.
  std::chrono::milliseconds request_limit{15'000};
  // A connection on which nothing happens any more, and nobody waits for an answer, is closed.
  std::chrono::milliseconds idle_limit{75'000};
  // Once the server leaves: a kept connection that nobody uses for so long is closed. A proxy that sends a request on it at that very
  // moment would have to repeat it, which it may not do with a POST; so it is not closed as soon as it is idle.
  std::chrono::milliseconds farewell{1'000};
  // And not more than the descriptors that the process may open allow; the next one is answered 503 `overloaded` and ends.
  std::size_t connections_max = 20'000;
  // How long `stop` waits for the answers that are still owed. Whoever stops tells those who wait for something beforehand.
  std::chrono::milliseconds drain_limit{2'000};
};

class Server {
 public:
  Server(ServerSettings settings, Router router);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] Result<void> start();

  // Whoever connects from now on is refused; who is connected is served on, and every answer says that it was the last one.
  void leave();
  // True: nobody is connected any more. Requires: `leave`.
  [[nodiscard]] bool await_all_gone(std::chrono::milliseconds limit) const;

  // Leaves. Requests that still come are answered 503 `shutting_down`; waits for the answers that are owed; then closes.
  // An answer that comes later still is dropped.
  void stop();

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ordo::http
