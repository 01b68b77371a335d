#include "events/identity/circuit_breaker.hpp"

namespace ordo::identity {

std::string_view text(BreakerState state) {
  switch (state) {
    case BreakerState::closed: return "closed";
    case BreakerState::open: return "open";
    case BreakerState::half_open: return "half-open";
  }
  return "unknown";
}

bool CircuitBreaker::allow(Time now) {
  const std::lock_guard lock(mutex_);
  if (state_ == BreakerState::closed) return true;
  // Half-open: somebody is trying. Should their answer never be reported, another may try after the same while.
  if (now - opened_at_ < options_.open_time) return false;
  state_ = BreakerState::half_open;
  opened_at_ = now;
  return true;
}

void CircuitBreaker::succeeded() {
  const std::lock_guard lock(mutex_);
  // One who had asked before it opened does not close it: only the one who was let in to try.
  if (state_ == BreakerState::open) return;
  state_ = BreakerState::closed;
  failures_ = 0;
}

void CircuitBreaker::failed(Time now) {
  const std::lock_guard lock(mutex_);
  if (state_ == BreakerState::open) return;
  ++failures_;
  if (state_ == BreakerState::closed && failures_ < options_.failures_max) return;
  state_ = BreakerState::open;
  opened_at_ = now;
}

BreakerState CircuitBreaker::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

}  // namespace ordo::identity
