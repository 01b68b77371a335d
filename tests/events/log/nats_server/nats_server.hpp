#pragma once
// Purpose: a real nats-server for a test: a free port, a store of its own that goes with it, `sync_interval: always`.
// Requires: ORDO_NATS_SERVER names the program.
// Errors: throws std::runtime_error when the server does not come up.
// Threads: one. Start it on the main thread: the kernel ends the server with the thread that started it.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace ordo::log {

class NatsServer {
 public:
  NatsServer();
  ~NatsServer();
  NatsServer(const NatsServer&) = delete;
  NatsServer& operator=(const NatsServer&) = delete;

  [[nodiscard]] std::string url() const;

  // SIGKILL, as when the process crashes; what is in its store stays.
  void kill();
  // Starts it again, on the same port and store. Requires: killed.
  void start();

  // Silent, but connected: SIGSTOP and SIGCONT.
  void pause();
  void resume();

 private:
  void clean_up();
  void write_configuration() const;
  void wait_until_it_listens();

  std::filesystem::path folder_;
  std::uint16_t port_;
  pid_t process_ = -1;
};

}  // namespace ordo::log
