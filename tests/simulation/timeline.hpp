#pragma once
// Purpose: virtual time: what happens next, in an order that depends on nothing but the calls made. And a short memory of it, for
//          whoever has to understand a failing seed.
// Units: milliseconds. Threads: one.

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "events/vocabulary/time.hpp"

namespace ordo::simulation {

class Timeline {
 public:
  using Action = std::function<void()>;

  void after(std::int64_t delay_ms, Action action);

  // Turns the clock to the next action and does it; false: nothing is left.
  bool step();

  [[nodiscard]] std::int64_t now_ms() const { return now_ms_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

  void note(const std::string& text);
  [[nodiscard]] std::string last_notes() const;

 private:
  struct Due {
    std::int64_t at_ms;
    std::uint64_t order;
    Action action;
    bool operator<(const Due& other) const { return at_ms != other.at_ms ? at_ms > other.at_ms : order > other.order; }
  };

  std::int64_t now_ms_ = 1'800'000'000'000;
  std::uint64_t count_ = 0;
  std::uint64_t steps_ = 0;
  std::vector<Due> due_;  // a heap, the next one at the front
  std::deque<std::string> notes_;
};

// One machine's clock: right but for its skew.
class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(const Timeline& timeline) : timeline_(timeline) {}
  Timestamp now() override { return {timeline_.now_ms() + skew_ms}; }

  std::int64_t skew_ms = 0;

 private:
  const Timeline& timeline_;
};

}  // namespace ordo::simulation
