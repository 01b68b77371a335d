#pragma once
// Purpose: time and chance as those see them who try again; tests replace it.
// Units: milliseconds of a clock that only goes forward, from no particular moment.
// Threads: may be used by all.

#include <chrono>

namespace ordo::identity {

class Pacing {
 public:
  virtual ~Pacing() = default;
  [[nodiscard]] virtual std::chrono::milliseconds now() = 0;
  virtual void sleep(std::chrono::milliseconds time) = 0;
  [[nodiscard]] virtual double chance() = 0;  // from 0 to 1, 1 excluded
};

[[nodiscard]] Pacing& real_pacing();

}  // namespace ordo::identity
