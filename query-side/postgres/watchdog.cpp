#include "query-side/postgres/watchdog.hpp"

#include <algorithm>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ordo::postgres {

Watchdog::Watchdog(int socket, std::chrono::milliseconds limit, std::stop_token stop)
    : socket_(::fcntl(socket, F_DUPFD_CLOEXEC, 0)),
      limit_(limit),
      thread_([this](const std::stop_token& ended) { run(ended); }),
      on_stop_(std::move(stop), [this] { stop_soon(); }) {}

Watchdog::~Watchdog() {
  thread_.request_stop();
  thread_.join();
  ::close(socket_);
}

void Watchdog::begin(Limited limited) {
  const bool has_limit = limited == Limited::yes && limit_.count() > 0;
  const std::lock_guard lock(mutex_);
  due_ = has_limit ? std::chrono::steady_clock::now() + limit_ : Instant::max();
  // As a rule the thread still sleeps until the end of an earlier watch, and finds this one then.
  if (next_due() < wakes_at_) changed_.notify_one();
}

void Watchdog::end() {
  const std::lock_guard lock(mutex_);
  due_.reset();
}

void Watchdog::stop_soon() {
  const std::lock_guard lock(mutex_);
  all_due_ = std::chrono::steady_clock::now() + kStopGrace;
  changed_.notify_one();
}

Watchdog::Instant Watchdog::next_due() const { return due_ ? std::min(*due_, all_due_) : Instant::max(); }

void Watchdog::run(const std::stop_token& ended) {
  const auto has_sooner_one = [this] { return next_due() < wakes_at_; };
  std::unique_lock lock(mutex_);
  while (!ended.stop_requested()) {
    wakes_at_ = next_due();
    if (wakes_at_ == Instant::max()) {
      changed_.wait(lock, ended, has_sooner_one);
    } else if (wakes_at_ > std::chrono::steady_clock::now()) {
      changed_.wait_until(lock, ended, wakes_at_, has_sooner_one);
    } else {
      // libpq sees the end of the stream, now and whenever it looks again.
      ::shutdown(socket_, SHUT_RDWR);
      return;
    }
  }
}

}  // namespace ordo::postgres
