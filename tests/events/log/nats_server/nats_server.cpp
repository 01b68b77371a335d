#include "tests/events/log/nats_server/nats_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace ordo::log {
namespace {

using namespace std::chrono_literals;

constexpr auto kStartLimit = 20s;

class Socket {
 public:
  Socket() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

std::uint16_t free_port() {
  const Socket socket;
  auto address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

std::filesystem::path new_folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "ordo-nats-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder for nats-server");
  return pattern;
}

std::string program() {
  const char* const path = std::getenv("ORDO_NATS_SERVER");
  if (path == nullptr || *path == 0) throw std::runtime_error("ORDO_NATS_SERVER must name a nats-server of 2.10 or later");
  return path;
}

}  // namespace

NatsServer::NatsServer() : folder_(new_folder()), port_(free_port()) {
  try {
    write_configuration();
    start();
  } catch (...) {
    clean_up();
    throw;
  }
}

NatsServer::~NatsServer() { clean_up(); }

void NatsServer::clean_up() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string NatsServer::url() const { return "nats://127.0.0.1:" + std::to_string(port_); }

void NatsServer::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

void NatsServer::start() {
  const auto path = program();
  const auto configuration = (folder_ / "nats.conf").string();
  const auto log = (folder_ / "nats.log").string();
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execl(path.c_str(), path.c_str(), "-c", configuration.c_str(), nullptr);
    ::_exit(127);
  }
  wait_until_it_listens();
}

// Returns when every thread of the server stands still: until then it may still store and acknowledge.
void NatsServer::pause() {
  ::kill(process_, SIGSTOP);
  int status = 0;
  ::waitpid(process_, &status, WUNTRACED);
}

void NatsServer::resume() { ::kill(process_, SIGCONT); }

void NatsServer::write_configuration() const {
  std::ofstream out(folder_ / "nats.conf");
  out << "host: 127.0.0.1\nport: " << port_ << "\njetstream {\n  store_dir: " << folder_ / "store"
      << "\n  sync_interval: always\n  max_memory_store: 64MB\n  max_file_store: 4GB\n}\n";
}

void NatsServer::wait_until_it_listens() {
  const auto give_up_at = std::chrono::steady_clock::now() + kStartLimit;
  auto address = loopback(port_);
  while (std::chrono::steady_clock::now() < give_up_at) {
    const Socket socket;
    if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return;
    if (::waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = -1;
      throw std::runtime_error("nats-server ends at once: " + program());
    }
    std::this_thread::sleep_for(10ms);
  }
  throw std::runtime_error("nats-server does not come up; see " + (folder_ / "nats.log").string());
}

}  // namespace ordo::log
