#include "cli/probe.hpp"

#include <array>
#include <charconv>
#include <memory>

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace ordo::cli {
namespace {

constexpr std::size_t kAnswerBytesMax = 1024 * 1024;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket& operator=(Socket&&) = delete;

  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

struct Address {
  std::string host;
  std::string port;
};

// Of "scheme://user:password@host:port/path"; an IPv6 address stands in brackets.
Address address_of(std::string_view url, const std::string& port) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  const auto bracket = url.find(']');
  const auto colon = url.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  auto host = std::string(url.substr(0, has_port ? colon : url.size()));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return {host, has_port ? std::string(url.substr(colon + 1)) : port};
}

// The time limit holds for connecting, and for each answer.
Result<Socket> connect_to(const Address& address, std::chrono::milliseconds limit) {
  const auto where = fmt::format("{}:{}", address.host, address.port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found); error != 0) {
    return failure(FailureKind::unavailable, fmt::format("{}: {}", where, gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(found, freeaddrinfo);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
  const timeval patience{seconds.count(), std::chrono::duration_cast<std::chrono::microseconds>(limit - seconds).count()};
  for (const auto* each = all.get(); each != nullptr; each = each->ai_next) {
    Socket socket(::socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC, each->ai_protocol));
    if (socket.get() < 0) continue;
    setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(socket.get(), each->ai_addr, each->ai_addrlen) == 0) return socket;
  }
  return failure(FailureKind::unavailable, where + ": nobody listens there");
}

// Until the mark has come, or the other side has said all.
Result<std::string> read_until(const Socket& socket, std::string_view mark) {
  std::string answer;
  std::array<char, 4096> part{};
  while (answer.size() < kAnswerBytesMax && (mark.empty() || answer.find(mark) == std::string::npos)) {
    const auto size = ::recv(socket.get(), part.data(), part.size(), 0);
    if (size < 0) return failure(FailureKind::timeout, "somebody listens there, and says nothing");
    if (size == 0) break;
    answer.append(part.data(), static_cast<std::size_t>(size));
  }
  return answer;
}

}  // namespace

std::vector<std::string> each_of(std::string_view urls) {
  std::vector<std::string> each;
  while (!urls.empty()) {
    const auto comma = urls.find(',');
    if (comma != 0) each.emplace_back(urls.substr(0, comma));
    urls.remove_prefix(comma == std::string_view::npos ? urls.size() : comma + 1);
  }
  return each;
}

Result<std::string> greeting_of(const std::string& url, const std::string& port, std::chrono::milliseconds limit) {
  const auto socket = connect_to(address_of(url, port), limit);
  if (!socket) return tl::unexpected(socket.error());
  return read_until(*socket, "\n").map([](const std::string& said) { return said.substr(0, said.find_first_of("\r\n")); });
}

Result<Page> page_at(const std::string& url, const std::string& path, std::chrono::milliseconds limit) {
  if (!url.starts_with("http://")) return failure(FailureKind::unavailable, url + ": only http:// can be asked from here");
  const auto address = address_of(url, "80");
  const auto socket = connect_to(address, limit);
  if (!socket) return tl::unexpected(socket.error());
  const auto request = fmt::format("GET {} HTTP/1.0\r\nHost: {}\r\n\r\n", path, address.host);
  if (::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    return failure(FailureKind::unavailable, url + ": the connection broke");
  }
  const auto answer = read_until(*socket, "");
  if (!answer) return tl::unexpected(answer.error());
  Page page;
  const auto space = answer->find(' ');
  const auto body = answer->find("\r\n\r\n");
  if (!answer->starts_with("HTTP/1.") || space == std::string::npos || body == std::string::npos) {
    return failure(FailureKind::unavailable, url + ": what answers there does not speak HTTP");
  }
  std::from_chars(answer->data() + space + 1, answer->data() + answer->size(), page.status);
  page.body = answer->substr(body + 4);
  return page;
}

}  // namespace ordo::cli
