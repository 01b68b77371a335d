#include "gateway/http/acceptor.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ordo::http {
namespace {

constexpr int kBacklog = 1024;
constexpr int kOutOfDescriptorsPauseMs = 100;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

bool listens(int socket, const sockaddr_in& at) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // those who are accepted inherit it
  return ::bind(socket, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0 && ::listen(socket, kBacklog) == 0;
}

}  // namespace

Result<std::unique_ptr<Acceptor>> Acceptor::listen(const std::string& address, std::uint16_t port, Accepted accepted) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  const auto refused = [&](const char* why) {
    return failure(FailureKind::unavailable, "cannot listen on " + address + ':' + std::to_string(port) + ": " + why);
  };
  if (::inet_pton(AF_INET, address.c_str(), &at.sin_addr) != 1) return refused("it is no IPv4 address");
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0 || !listens(socket.get(), at)) return refused(std::strerror(errno));
  socklen_t size = sizeof at;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&at), &size);
  return std::unique_ptr<Acceptor>(new Acceptor(socket.release(), ntohs(at.sin_port), std::move(accepted)));
}

Acceptor::Acceptor(int listening, std::uint16_t port, Accepted accepted)
    : listening_(listening),
      told_to_stop_(::eventfd(0, EFD_CLOEXEC)),
      port_(port),
      accepted_(std::move(accepted)),
      thread_([this] { serve(); }) {}

Acceptor::~Acceptor() {
  stop();
  ::close(told_to_stop_);
}

void Acceptor::stop() {
  if (!thread_.joinable()) return;
  ::eventfd_write(told_to_stop_, 1);
  thread_.join();
}

void Acceptor::serve() {
  std::array<pollfd, 2> awaited{pollfd{told_to_stop_, POLLIN, 0}, pollfd{listening_, POLLIN, 0}};
  while (awaited[0].revents == 0) {
    const bool accepting = accept_all();
    const int ready = ::poll(awaited.data(), accepting ? 2 : 1, accepting ? -1 : kOutOfDescriptorsPauseMs);
    if (ready <= 0) awaited[0].revents = 0;
  }
  // Between this look and the next line nobody has time to connect.
  static_cast<void>(accept_all());
  ::close(listening_);
}

bool Acceptor::accept_all() {
  while (true) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const int descriptor = ::accept4(listening_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      accepted_(descriptor, from);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      spdlog::error("http: nobody can connect: {}", std::strerror(errno));
      return false;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return true;
    }
  }
}

}  // namespace ordo::http
