#pragma once
// Purpose: listens, reads requests, gives them to the router and writes the answers. The only file that others need to
//          start HTTP; Pistache stays behind it.
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
  // From the first byte of a request to its last; then 408.
  std::chrono::milliseconds request_limit{15'000};
  // A connection on which nothing happens, and nobody waits for an answer, is closed.
  std::chrono::milliseconds idle_limit{75'000};
  // How long `stop` waits for the answers that are still owed. Whoever stops tells those who wait for something beforehand.
  std::chrono::milliseconds drain_limit{5'000};
};

class Server {
 public:
  Server(ServerSettings settings, Router router);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] Result<void> start();

  // Requests that come from now on are answered 503 `shutting_down`; waits for the answers that are owed; then closes.
  // An answer that comes later still is dropped.
  void stop();

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ordo::http
