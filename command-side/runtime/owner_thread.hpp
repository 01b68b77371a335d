#pragma once
// Purpose: runs an owner until told to stop or fenced off: then it stands by, and whoever keeps the leases decides what follows.
// Limits: an end takes up to `kWindUpMax`, in which what is under way is still recorded.
// Threads: one of its own; every function may be called from every thread.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "command-side/runtime/partition_owner.hpp"

namespace ordo::runtime {

inline constexpr std::chrono::seconds kWindUpMax{5};

class OwnerThread {
 public:
  // `failed` is called once, on the owner's thread, if it cannot go on.
  OwnerThread(std::unique_ptr<PartitionOwner> owner, std::function<void(const Failure&)> failed);
  // Asks for the end and waits for it.
  ~OwnerThread();

  // Does not wait, so that many may end at the same time.
  void request_stop();

  // True once the state is folded and the inputs are read.
  [[nodiscard]] bool running() const { return running_; }
  // True once it stands by; it does nothing more.
  [[nodiscard]] bool fenced() const { return fenced_; }
  // As PartitionOwner::consumed, after the last step.
  [[nodiscard]] Consumed consumed() const;

 private:
  void run(const std::stop_token& stop, const std::function<void(const Failure&)>& failed);
  void publish(Consumed consumed);
  void wind_up();

  std::unique_ptr<PartitionOwner> owner_;
  std::atomic<bool> running_ = false;
  std::atomic<bool> fenced_ = false;
  mutable std::mutex mutex_;
  Consumed consumed_;
  std::jthread thread_;
};

}  // namespace ordo::runtime
