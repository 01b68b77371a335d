#pragma once
// Purpose: keeps callers from somebody who does not answer. Closed: everybody may ask. After several failures in a row it opens: nobody may.
//          After a while one may (half-open): its success closes it, its failure opens it again.
// Units: times are those of one clock that only goes forward.
// Threads: may be used by all.

#include <chrono>
#include <mutex>
#include <string_view>

namespace ordo::identity {

enum class BreakerState { closed, open, half_open };

[[nodiscard]] std::string_view text(BreakerState state);

struct BreakerOptions {
  int failures_max = 5;  // in a row
  std::chrono::milliseconds open_time{2'000};
};

class CircuitBreaker {
 public:
  using Time = std::chrono::milliseconds;

  explicit CircuitBreaker(BreakerOptions options = {}) : options_(options) {}

  // Whoever is allowed to ask says afterwards how it went, exactly once.
  [[nodiscard]] bool allow(Time now);
  void succeeded();
  void failed(Time now);

  [[nodiscard]] BreakerState state() const;

 private:
  const BreakerOptions options_;
  mutable std::mutex mutex_;
  BreakerState state_ = BreakerState::closed;
  int failures_ = 0;
  Time opened_at_{0};
};

}  // namespace ordo::identity
