#include "tests/gateway/http/raw_client.hpp"

#include <array>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ordo::http {
namespace {

constexpr int kLimitMs = 10'000;

int connected(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect");
  }
  return made;
}

std::string next_line(std::string_view& text) {
  const std::size_t end = text.find("\r\n");
  std::string line(text.substr(0, end));
  text.remove_prefix(end + 2);
  return line;
}

RawAnswer parse_head(std::string_view head) {
  RawAnswer answer;
  answer.status = std::stoi(next_line(head).substr(9, 3));
  while (!head.empty()) {
    const std::string line = next_line(head);
    const std::size_t colon = line.find(':');
    answer.headers.push_back({line.substr(0, colon), std::string(trimmed(std::string_view(line).substr(colon + 1)))});
  }
  return answer;
}

}  // namespace

std::string RawAnswer::header(std::string_view name) const {
  return std::string(find_header(headers, name).value_or(""));
}

RawClient::RawClient(std::uint16_t port) : socket_(connected(port)) {}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

void RawClient::send(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    if (count < 0) throw std::runtime_error("cannot send");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

bool RawClient::read_more() {
  pollfd ready{socket_, POLLIN, 0};
  if (::poll(&ready, 1, kLimitMs) != 1) return false;
  std::array<char, 65536> buffer{};
  const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<RawAnswer> RawClient::receive(bool withheld) {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return std::nullopt;
  }
  RawAnswer answer = parse_head(std::string_view(received_).substr(0, end + 2));
  received_.erase(0, end + 4);
  const std::string length = answer.header("Content-Length");
  const std::size_t bytes = withheld || length.empty() ? 0 : std::stoul(length);
  while (received_.size() < bytes) {
    if (!read_more()) return std::nullopt;
  }
  answer.body = received_.substr(0, bytes);
  received_.erase(0, bytes);
  return answer;
}

RawAnswer RawClient::ask(std::string_view text) {
  send(text);
  auto answer = receive();
  if (!answer) throw std::runtime_error("no answer");
  return *answer;
}

bool RawClient::sees(std::string_view text) {
  while (received_.find(text) == std::string::npos) {
    if (!read_more()) return false;
  }
  received_.erase(0, received_.find(text) + text.size());
  return true;
}

bool RawClient::is_ended() {
  pollfd ready{socket_, POLLIN, 0};
  std::array<char, 256> buffer{};
  return received_.empty() && ::poll(&ready, 1, kLimitMs) == 1 && ::recv(socket_, buffer.data(), buffer.size(), 0) <= 0;
}

void RawClient::end_sending() { ::shutdown(socket_, SHUT_WR); }

void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket_);
  socket_ = -1;
}

std::string get(std::string_view path, std::string_view header_lines) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n" + std::string(header_lines) + "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view header_lines) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + std::string(header_lines) + "\r\n" + std::string(body);
}

}  // namespace ordo::http
