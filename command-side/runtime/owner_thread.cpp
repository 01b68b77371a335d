#include "command-side/runtime/owner_thread.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <malloc.h>

namespace ordo::runtime {
namespace {

using namespace std::chrono_literals;

// Whatever comes wakes the owner at once; only what falls due at a time, as a letter that is tried again, may come so much late.
constexpr auto kPatience = 250ms;

// What the messages took that were folded: without being asked, the allocator would keep it for ever.
void give_back_memory() { malloc_trim(0); }

void rest(const std::stop_token& stop, std::chrono::microseconds pause) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_for(lock, stop, pause, [] { return false; });
}

}  // namespace

OwnerThread::OwnerThread(std::unique_ptr<PartitionOwner> owner, std::function<void(const Failure&)> failed)
    : owner_(std::move(owner)), thread_([this, failed = std::move(failed)](const std::stop_token& stop) { run(stop, failed); }) {}

OwnerThread::~OwnerThread() {
  request_stop();
  if (thread_.joinable()) thread_.join();
}

void OwnerThread::request_stop() {
  thread_.request_stop();
  owner_->wake();
}

void OwnerThread::run(const std::stop_token& stop, const std::function<void(const Failure&)>& failed) {
  while (!stop.stop_requested()) {
    if (const auto stepped = owner_->step(kPatience); !stepped) {
      running_ = false;
      return failed(stepped.error());
    }
    if (owner_->running() && !running_) give_back_memory();
    running_ = owner_->running();
    publish(owner_->consumed());
    fenced_ = owner_->fenced();
    if (fenced_) return;
    const auto pause = std::max<std::chrono::microseconds>(owner_->pause(), owner_->rest(std::chrono::steady_clock::now()));
    if (pause > 0us) rest(stop, pause);
  }
  wind_up();
}

void OwnerThread::publish(Consumed consumed) {
  const std::lock_guard lock(mutex_);
  consumed_ = std::move(consumed);
}

Consumed OwnerThread::consumed() const {
  const std::lock_guard lock(mutex_);
  return consumed_;
}

void OwnerThread::wind_up() {
  const auto deadline = std::chrono::steady_clock::now() + kWindUpMax;
  owner_->wind_up();
  while (!owner_->wound_up() && std::chrono::steady_clock::now() < deadline) {
    if (!owner_->step(kPatience)) return;
  }
  owner_->leave_snapshot();
}

}  // namespace ordo::runtime
