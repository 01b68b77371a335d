#include "gateway/http/connection_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <sys/epoll.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

namespace ordo::http {
namespace {

constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::milliseconds kPoll{5};

std::int64_t milliseconds_of(Connection::Clock::time_point instant) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(instant.time_since_epoch()).count();
}

template <class Condition>
bool wait_until(Condition condition, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(kPoll);
  }
  return true;
}

}  // namespace

ConnectionTable::ConnectionTable(ConnectionLimits limits, std::chrono::milliseconds farewell, std::size_t connections_max)
    : limits_(limits), connections_max_(connections_max), epoll_(::epoll_create1(EPOLL_CLOEXEC)), farewell_(farewell) {
  thread_ = std::jthread([this](const std::stop_token& stopping) { serve(stopping); });
}

ConnectionTable::~ConnectionTable() { ::close(epoll_); }

void ConnectionTable::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  std::unordered_map<int, std::shared_ptr<Connection>> dropped;  // dies without the lock: connections call `remove`
  const std::lock_guard lock(mutex_);
  dropped.swap(writing_);
}

void ConnectionTable::begin_draining() {
  std::int64_t not_yet = 0;
  drains_since_ms_.compare_exchange_strong(not_yet, milliseconds_of(Connection::Clock::now()));
}

// Who was idle for long when the draining began gets his farewell all the same.
ConnectionLimits ConnectionTable::limits_at(Connection::Clock::time_point now) const {
  auto limits = limits_;
  const std::int64_t since = drains_since_ms_;
  if (since != 0 && milliseconds_of(now) - since >= farewell_.count()) limits.idle = std::min(limits.idle, farewell_);
  return limits;
}

bool ConnectionTable::has_room() {
  const std::lock_guard lock(mutex_);
  const bool full = connections_.size() >= connections_max_;
  if (full && !told_full_) spdlog::warn("http: {} connections are open, which is the limit: newcomers are refused", connections_.size());
  // Told again only after a good part of them has left.
  if (full || connections_.size() < connections_max_ / 2) told_full_ = full;
  return !full;
}

void ConnectionTable::add(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex_);
  connections_.emplace(connection.get(), connection);
}

void ConnectionTable::remove(const Connection& connection) {
  const std::lock_guard lock(mutex_);
  connections_.erase(&connection);
}

void ConnectionTable::watch_writable(std::shared_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) return;
  const int descriptor = connection->descriptor();
  epoll_event event{};
  event.events = EPOLLOUT | EPOLLONESHOT;
  event.data.fd = descriptor;
  writing_[descriptor] = std::move(connection);
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
}

void ConnectionTable::serve(const std::stop_token& stopping) {
  auto last_tick = Connection::Clock::now();
  while (!stopping.stop_requested()) {
    serve_writable();
    const auto now = Connection::Clock::now();
    if (now - last_tick < kTick) continue;
    last_tick = now;
    const auto limits = limits_at(now);
    for (const auto& connection : connections()) connection->enforce(limits, now);
  }
}

void ConnectionTable::serve_writable() {
  std::array<epoll_event, 64> events{};
  const int count =
      ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), static_cast<int>(kTick.count()));
  for (int index = 0; index < count; ++index) {
    const int descriptor = events[static_cast<std::size_t>(index)].data.fd;
    std::shared_ptr<Connection> connection;
    {
      const std::lock_guard lock(mutex_);
      ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
      const auto found = writing_.find(descriptor);
      if (found == writing_.end()) continue;
      connection = std::move(found->second);
      writing_.erase(found);
    }
    connection->resume_writing();
  }
}

std::vector<std::shared_ptr<Connection>> ConnectionTable::connections() const {
  std::vector<std::shared_ptr<Connection>> open;
  const std::lock_guard lock(mutex_);
  open.reserve(connections_.size());
  for (const auto& [address, weak] : connections_) {
    if (auto connection = weak.lock()) open.push_back(std::move(connection));
  }
  return open;
}

bool ConnectionTable::wait_until_nothing_is_owed(std::chrono::milliseconds limit) const {
  return wait_until(
      [this] { return std::ranges::none_of(connections(), [](const auto& one) { return one->owes_answer(); }); },
      limit);
}

void ConnectionTable::cut_all() {
  for (const auto& connection : connections()) connection->cut();
}

bool ConnectionTable::wait_until_empty(std::chrono::milliseconds limit) const {
  return wait_until([this] { return on_their_way_ == 0 && connections().empty(); }, limit);
}

}  // namespace ordo::http
