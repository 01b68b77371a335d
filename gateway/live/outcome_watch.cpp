#include "gateway/live/outcome_watch.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

#include <spdlog/spdlog.h>

namespace ordo::live {
namespace {

using namespace std::chrono_literals;

// Deadlines are whole seconds from now: this is how late one may be told.
constexpr auto kTimerStep = 20ms;
constexpr auto kLookUpStep = 250ms;
// No question names more than this; the rest waits for its next turn.
constexpr std::size_t kGroupMax = 2'000;

template <class Step>
std::jthread every(std::chrono::milliseconds pause, Step step) {
  return std::jthread([pause, step](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    while (!stopped.wait_for(lock, stop, pause, [&stop] { return stop.stop_requested(); })) step();
  });
}

}  // namespace

OutcomeWatch::OutcomeWatch(Waiters& waiters, FindOutcomes find) : waiters_(waiters), find_(std::move(find)) {
  timer_ = every(kTimerStep, [this] {
    if (!waiters_.empty()) waiters_.expire(std::chrono::steady_clock::now());
  });
  finder_ = every(kLookUpStep, [this] {
    if (!waiters_.empty()) look_up();
  });
}

OutcomeWatch::~OutcomeWatch() {
  timer_.request_stop();
  finder_.request_stop();
  timer_.join();
  finder_.join();
  waiters_.expire(Instant::max());
}

void OutcomeWatch::look_up() {
  const auto due = waiters_.take_look_ups(std::chrono::steady_clock::now());
  for (std::span<const Awaited> rest(due); !rest.empty();) {
    const auto group = rest.first(std::min(rest.size(), kGroupMax));
    rest = rest.subspan(group.size());
    const auto found = find_(group);
    if (!found) {
      spdlog::warn("outcomes cannot be looked up: {}", found.error().text);
      return;
    }
    for (const auto& outcome : *found) waiters_.resolve(outcome);
  }
}

}  // namespace ordo::live
