#pragma once
// Purpose: listens at an address, accepts who connects, and gives each socket away. What a listener of Pistache's cannot: stop
//          listening while those who have connected are still served, and lose none who had connected by then.
// Errors: `listen` answers unavailable when the address cannot be had. Out of descriptors, it accepts nobody for a moment.
// Threads: one of its own, on which `Accepted` is called, which must not throw; `stop` and the destructor from one thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <netinet/in.h>

#include "events/vocabulary/result.hpp"

namespace ordo::http {

class Acceptor {
 public:
  // Takes a connected socket, which does not block, and the address of its other end.
  using Accepted = std::function<void(int descriptor, const sockaddr_in& from)>;

  // IPv4; port 0: any that is free.
  [[nodiscard]] static Result<std::unique_ptr<Acceptor>> listen(const std::string& address, std::uint16_t port, Accepted accepted);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  // Gives away all who have connected by now; whoever comes later is refused.
  void stop();

 private:
  Acceptor(int listening, std::uint16_t port, Accepted accepted);

  void serve();
  // False: it is out of descriptors.
  [[nodiscard]] bool accept_all();

  const int listening_;
  const int told_to_stop_;  // an eventfd
  const std::uint16_t port_;
  const Accepted accepted_;
  std::thread thread_;
};

}  // namespace ordo::http
