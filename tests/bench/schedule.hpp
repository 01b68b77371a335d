#pragma once
// Purpose: when the orders of a load fall due: by the clock (an open loop), or each as soon as one before it is answered (a closed one).
// Threads: a plain value.

#include <chrono>
#include <cstdint>

namespace ordo::bench {

using Clock = std::chrono::steady_clock;

class Schedule {
 public:
  // `rate_per_second` 0: a closed loop.
  Schedule(double rate_per_second, std::uint64_t count_max, Clock::time_point began, std::chrono::microseconds duration)
      : rate_per_second_(rate_per_second), count_max_(count_max), began_(began), end_(began + duration) {}

  [[nodiscard]] bool open_loop() const { return rate_per_second_ > 0; }
  [[nodiscard]] Clock::time_point began() const { return began_; }
  [[nodiscard]] Clock::time_point end() const { return end_; }

  // Requires: an open loop.
  [[nodiscard]] Clock::time_point due(std::uint64_t number) const {
    const std::chrono::duration<double> after(static_cast<double>(number) / rate_per_second_);
    return began_ + std::chrono::duration_cast<Clock::duration>(after);
  }

  // Whether that order may be sent now, its `number` being how many were sent.
  [[nodiscard]] bool may_send(std::uint64_t number, Clock::time_point now) const {
    return !is_over(number, now) && (!open_loop() || due(number) <= now);
  }

  // No order from that one on is ever sent.
  [[nodiscard]] bool is_over(std::uint64_t number, Clock::time_point now) const {
    if (number >= count_max_) return true;
    return open_loop() ? due(number) >= end_ || now > end_ + kLateMax : now >= end_;
  }

  // Of those that were due, how many are missing when only so many were sent.
  [[nodiscard]] std::uint64_t missing_after(std::uint64_t sent) const {
    std::uint64_t missing = 0;
    if (open_loop()) {
      for (auto number = sent; number < count_max_ && due(number) < end_; ++number) ++missing;
    }
    return missing;
  }

 private:
  // What could not be sent so long after the end is never sent: an overload ends when it is said to.
  static constexpr std::chrono::seconds kLateMax{1};

  const double rate_per_second_;
  const std::uint64_t count_max_;
  const Clock::time_point began_;
  const Clock::time_point end_;
};

}  // namespace ordo::bench
