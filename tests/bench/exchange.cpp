#include "tests/bench/exchange.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ordo::bench {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* addresses) const noexcept { freeaddrinfo(addresses); }
};

int connect_to(const std::string& host, const std::string& port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0) return -1;
  const std::unique_ptr<addrinfo, FreeAddresses> address(found);
  const int descriptor = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  if (connect(descriptor, address->ai_addr, address->ai_addrlen) != 0) {
    close(descriptor);
    return -1;
  }
  const int yes = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  return descriptor;
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

template <class Number>
bool read_number(std::string_view text, Number& number) {
  return !text.empty() && std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
}

}  // namespace

std::string_view field_in(std::string_view head, std::string_view name) {
  for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const auto line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    if (strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
    const auto start = line.find_first_not_of(' ', name.size() + 1);
    return start == std::string_view::npos ? std::string_view{} : line.substr(start);
  }
  return {};
}

Exchange::Exchange(const std::string& host, const std::string& port) : descriptor_(connect_to(host, port)) {
  failed_ = descriptor_ < 0;
}

Exchange::~Exchange() {
  if (descriptor_ >= 0) close(descriptor_);
}

Exchange::Exchange(Exchange&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), failed_(other.failed_), idle_(other.idle_) {}

bool Exchange::closed_by_server() const {
  char byte = 0;
  const auto seen = recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return seen == 0 || (seen < 0 && !would_block());
}

void Exchange::open_anew(const std::string& host, const std::string& port) {
  close(descriptor_);
  descriptor_ = connect_to(host, port);
  failed_ = descriptor_ < 0;
}

void Exchange::begin() {
  written_ = 0;
  received_.clear();
  idle_ = false;
  write_some();
}

bool Exchange::resume() {
  if (idle_ || failed_) return false;
  write_some();
  // Not once more when the answer is whole: that would be a call for nothing, and a server that has closed since is found out next time.
  while (!failed_ && read_some()) {
    if (!parse()) continue;
    idle_ = true;
    return true;
  }
  return false;
}

void Exchange::write_some() {
  while (written_ < request_.size()) {
    const auto sent = send(descriptor_, request_.data() + written_, request_.size() - written_, MSG_NOSIGNAL);
    if (sent < 0) {
      failed_ = !would_block();
      return;
    }
    written_ += static_cast<std::size_t>(sent);
  }
}

bool Exchange::read_some() {
  std::array<char, 16 * 1024> chunk;
  const auto got = recv(descriptor_, chunk.data(), chunk.size(), 0);
  if (got < 0 && would_block()) return false;
  if (got <= 0) {
    failed_ = true;
    return false;
  }
  received_.append(chunk.data(), static_cast<std::size_t>(got));
  return true;
}

bool Exchange::parse() {
  const std::string_view all = received_;
  const auto head_end = all.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return false;
  std::size_t length = 0;
  const bool understood = all.starts_with("HTTP/1.1 ") && read_number(all.substr(9, 3), answer_.status) &&
                          read_number(field_in(all.substr(0, head_end), "Content-Length"), length);
  if (!understood) {
    failed_ = true;
    return false;
  }
  if (all.size() < head_end + 4 + length) return false;
  answer_.head = all.substr(0, head_end);
  answer_.body = all.substr(head_end + 4, length);
  return true;
}

}  // namespace ordo::bench
