#pragma once
// Purpose: tells on stderr how far something has come that goes through many messages: at most once a second, and not at all when it is
//          quicker than that.
// Threads: `add` from every thread; the rest from one.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace ordo::cli {

class MessageProgress {
 public:
  // "restore: writing"
  MessageProgress(std::string what, std::uint64_t total);

  void add(std::uint64_t messages);
  [[nodiscard]] std::uint64_t done() const { return done_.load(); }

 private:
  const std::string what_;
  const std::uint64_t total_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> done_{0};
  std::mutex mutex_;
  std::chrono::steady_clock::time_point told_ = begun_;
};

}  // namespace ordo::cli
