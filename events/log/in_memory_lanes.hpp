#pragma once
// Purpose: what the log in memory owes to each receiver, in order. For in_memory_log.cpp only.
// Threads: none of its own; the log locks.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "events/log/event_log.hpp"
#include "events/log/in_memory_log.hpp"

namespace ordo::log {

using Call = std::function<void()>;

struct Stored {
  std::uint64_t first_sequence = 1;
  std::deque<StoredMessage> messages;
  std::deque<Fault> faults;
  std::optional<std::uint64_t> failed_expectation;  // of the last append with a fence, if it was not stored for certain

  [[nodiscard]] std::uint64_t last_sequence() const { return first_sequence + messages.size() - 1; }
};

// What is due for one receiver, in order. `take` is called under the log's lock, its answer outside of it.
class Lane {
 public:
  virtual ~Lane() = default;
  [[nodiscard]] virtual Call take() = 0;  // empty: nothing is due
};

class SettlementLane final : public Lane {
 public:
  void add(AppendSettled settled, Result<std::uint64_t> outcome) {
    due_.push_back([settled = std::move(settled), outcome = std::move(outcome)] { settled(outcome); });
  }

  Call take() override {
    if (due_.empty()) return {};
    Call call = std::move(due_.front());
    due_.pop_front();
    return call;
  }

 private:
  std::deque<Call> due_;
};

class StreamLane final : public Lane {
 public:
  StreamLane(const Stored& stored, std::uint64_t from_sequence, Deliver deliver)
      : stored_(stored), next_(from_sequence), deliver_(std::move(deliver)) {}

  Call take() override {
    next_ = std::max(next_, stored_.first_sequence);
    if (next_ > stored_.last_sequence()) return {};
    const auto& message = stored_.messages[next_ - stored_.first_sequence];
    ++next_;
    return [this, message] { deliver_(message); };
  }

 private:
  const Stored& stored_;
  std::uint64_t next_;
  Deliver deliver_;
};

class LiveLane final : public Lane {
 public:
  explicit LiveLane(Deliver deliver) : deliver_(std::move(deliver)) {}

  void add(const StoredMessage& message) { due_.push_back(message); }

  Call take() override {
    if (due_.empty()) return {};
    auto message = std::move(due_.front());
    due_.pop_front();
    return [this, message = std::move(message)] { deliver_(message); };
  }

 private:
  std::deque<StoredMessage> due_;
  Deliver deliver_;
};

}  // namespace ordo::log
