#pragma once
// Purpose: how long an owner rests after an append, for each of its events but one, so that what comes next comes together: one append, one
//          turn of the thread and one transaction of each reader for dozens of events instead of for each. What comes alone is not kept waiting.
// Threads: plain values.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ordo::runtime {

struct Pace {
  std::chrono::microseconds per_event{400};
  std::chrono::microseconds most{16'000};

  [[nodiscard]] std::chrono::microseconds rest_after(std::size_t events) const {
    if (events < 2) return std::chrono::microseconds(0);
    return std::min<std::chrono::microseconds>(static_cast<std::int64_t>(events - 1) * per_event, most);
  }
};

}  // namespace ordo::runtime
