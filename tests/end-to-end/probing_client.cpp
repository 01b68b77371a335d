#include "tests/end-to-end/probing_client.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <iostream>
#include <optional>
#include <string_view>

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ordo::mixed_answers {
namespace {

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& character : lowered) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return lowered;
}

// The value of a field, by its name in lower case; `head` begins with the status line.
std::string field(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || lower(line.substr(0, colon)) != name) continue;
    const std::size_t start = line.find_first_not_of(' ', colon + 1);
    return start == std::string_view::npos ? "" : std::string(line.substr(start));
  }
  return "";
}

// Nothing while it is not complete.
std::optional<Answer> parse_answer(std::string_view received) {
  const std::size_t end = received.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view head = received.substr(0, end);
  const std::string length = field(head, "content-length");
  std::size_t body = 0;
  std::from_chars(length.data(), length.data() + length.size(), body);
  if (received.size() < end + 4 + body) return std::nullopt;
  return Answer{field(head, "x-correlation-id"), end + 4 + body, lower(field(head, "connection")) != "close"};
}

}  // namespace

void Tally::add(const Tally& other) {
  requests += other.requests;
  aborted += other.aborted;
  answered += other.answered;
  wrong += other.wrong;
  unlabelled += other.unlabelled;
  failed += other.failed;
}

Client::Client(const Settings& settings, int epoll, std::uint64_t number)
    : settings_(settings),
      epoll_(epoll),
      random_(settings.seed * 1'000'003 + number),
      prefix_(std::to_string(settings.seed) + '-' + std::to_string(number) + '-') {}

Client::~Client() { disconnect(false); }

void Client::begin_request() {
  busy_ = true;
  ++tally_.requests;
  correlation_id_ = prefix_ + std::to_string(tally_.requests);
  plan_ = make_plan();
  if (socket_ < 0 && !connect()) return finish_failed();
  send_request();
}

void Client::on_ready() {
  if (!busy_) return on_ready_while_idle();
  if (plan_.leaves == Leaves::when_answered) return leave();
  std::array<char, 16384> buffer{};
  const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) return finish_failed();
  received_.append(buffer.data(), static_cast<std::size_t>(count));
  if (const auto answer = parse_answer(received_)) check(*answer);
}

void Client::give_up() {
  if (busy_) finish_failed();
}

Plan Client::make_plan() {
  std::uniform_real_distribution<double> chance(0, 1);
  const bool posts = settings_.post_ratio > 0 && chance(random_) < settings_.post_ratio;
  if (chance(random_) >= settings_.abort_ratio) return {Leaves::never, false, chance(random_) < 0.5, posts};
  constexpr std::array kWays{Leaves::at_once, Leaves::midway, Leaves::when_answered};
  return {kWays[random_() % kWays.size()], random_() % 2 == 0, false, posts};
}

bool Client::connect() {
  const Target& target = settings_.targets[random_() % settings_.targets.size()];
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  host_ = target.host;
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&target.address), sizeof target.address) != 0) return false;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.ptr = this;
  return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket_, &event) == 0;
}

std::string Client::request_text() const {
  std::string text = plan_.posts ? "POST " + settings_.post_path : "GET " + settings_.path;
  text += " HTTP/1.1\r\nHost: " + host_ + "\r\nX-Correlation-Id: " + correlation_id_ + "\r\n";
  if (!plan_.keeps_connection) text += "Connection: close\r\n";
  if (!plan_.posts) return text + "\r\n";
  return text + settings_.post_head + "Content-Length: " + std::to_string(settings_.post_body.size()) + "\r\n\r\n" + settings_.post_body;
}

void Client::send_request() {
  received_.clear();
  auto text = request_text();
  if (plan_.leaves == Leaves::midway) text.resize(1 + random_() % (text.size() - 1));
  const bool sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  if (!sent) return finish_failed();
  if (plan_.leaves == Leaves::at_once || plan_.leaves == Leaves::midway) leave();
}

void Client::leave() {
  ++tally_.aborted;
  disconnect(plan_.by_reset);
  busy_ = false;
}

void Client::check(const Answer& answer) {
  const bool is_surplus = received_.size() > answer.bytes;
  if (answer.correlation_id.empty()) {
    ++tally_.unlabelled;
  } else if (answer.correlation_id != correlation_id_ || is_surplus) {
    ++tally_.wrong;
    std::cerr << "asked as " << correlation_id_ << ", answered as " << answer.correlation_id
              << (is_surplus ? ", and more" : "") << '\n';
  } else {
    ++tally_.answered;
  }
  if (!plan_.keeps_connection || !answer.keeps_connection) disconnect(false);
  busy_ = false;
}

// Between two requests only an end may come.
void Client::on_ready_while_idle() {
  char byte = 0;
  if (::recv(socket_, &byte, 1, MSG_DONTWAIT) > 0) {
    ++tally_.wrong;
    std::cerr << "bytes came that nobody asked for, after " << correlation_id_ << '\n';
  }
  disconnect(false);
}

void Client::finish_failed() {
  ++(plan_.leaves == Leaves::never ? tally_.failed : tally_.aborted);
  disconnect(false);
  busy_ = false;
}

void Client::disconnect(bool by_reset) {
  if (socket_ < 0) return;
  const linger at_once{1, 0};
  if (by_reset) ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket_);
  socket_ = -1;
}

}  // namespace ordo::mixed_answers
