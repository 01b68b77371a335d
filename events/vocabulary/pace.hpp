#pragma once
// Purpose: how long whoever works in batches rests between two of them, so that what comes next comes together: an append, a question or a
//          transaction costs as much as dozens of events in it. What comes after a quiet moment is not kept waiting: who has had little to do,
//          rests little.
// Units: microseconds of rest; events are whatever a batch is made of.
// Threads: plain values.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>

namespace ordo {

struct PaceLimits {
  std::chrono::microseconds per_event{400};  // of the batch, but one: who has many at once waits for more
  std::chrono::microseconds per_recent{30};  // for each event of the last moments (`Pace::kRecent`), but one
  std::chrono::microseconds most{16'000};
};

class Pace {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  // So long an event counts as recent, on average: its weight halves every 35 ms.
  static constexpr std::chrono::milliseconds kRecent{50};

  explicit Pace(PaceLimits limits) : limits_(limits) {}

  // To be asked once for each batch.
  [[nodiscard]] std::chrono::microseconds rest_after(std::size_t events, Instant now) {
    if (events == 0) return std::chrono::microseconds(0);
    const std::chrono::duration<double> since = std::max(now - counted_at_, Instant::duration(0));
    recent_ = recent_ * std::exp(-since / std::chrono::duration<double>(kRecent)) + static_cast<double>(events);
    counted_at_ = now;
    const auto wanted = std::max(static_cast<double>(events - 1) * static_cast<double>(limits_.per_event.count()),
                                 (recent_ - 1) * static_cast<double>(limits_.per_recent.count()));
    return std::chrono::microseconds(static_cast<std::chrono::microseconds::rep>(std::min(wanted, static_cast<double>(limits_.most.count()))));
  }

 private:
  PaceLimits limits_;
  double recent_ = 0;
  Instant counted_at_{};
};

}  // namespace ordo
