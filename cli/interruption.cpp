#include "cli/interruption.hpp"

#include <chrono>
#include <cstdlib>

#include <pthread.h>

namespace ordo::cli {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 3s;  // with a request that is under way

}  // namespace

Interruption::Interruption() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  watcher_ = std::jthread([this](const std::stop_token& done) { watch(done); });
}

void Interruption::watch(const std::stop_token& done) {
  const timespec look_again{0, 50'000'000};
  while (!done.stop_requested()) {
    if (sigtimedwait(&signals_, nullptr, &look_again) < 0) continue;
    wanted_.request_stop();
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!done.stop_requested() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(10ms);
    if (!done.stop_requested()) std::_Exit(1);
  }
}

}  // namespace ordo::cli
