#pragma once
// Purpose: who waits for which outcome. Whoever learns of an outcome first, the feed or a look-up, resolves it.
// Errors: `add` answers nothing when too many wait, or after `close`: the client then gets its 202 without waiting.
// Threads: every function may be called from every thread. `Resolved` is called exactly once, unless withdrawn, on the thread
//          that resolves or expires, never under a lock; it must not throw.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "gateway/live/outcome.hpp"

namespace ordo::live {

using Instant = std::chrono::steady_clock::time_point;

struct WaiterLimits {
  std::size_t waiters_max = 10'000;
  // The feed delivers at most once, so what it has not brought by then is looked up in the read model, again and again, and
  // once more within the last moments before the deadline.
  std::chrono::milliseconds look_up_after{250};
  std::chrono::milliseconds look_up_again{500};
  std::chrono::milliseconds last_look_up{300};
};

class Waiters {
 public:
  // Nothing: the time is up.
  using Resolved = std::function<void(const Outcome*)>;

  struct Ticket {
    Awaited awaited;
    std::uint64_t number = 0;
  };

  explicit Waiters(WaiterLimits limits = {}) : limits_(limits) {}

  [[nodiscard]] std::optional<Ticket> add(const Awaited& awaited, Instant now, Instant deadline, Resolved resolved);
  // True: it was still waiting, and will not be called.
  bool withdraw(const Ticket& ticket);

  void resolve(const Outcome& outcome);
  void expire(Instant now);
  // Tells everybody that the time is up, and lets nobody wait any more: for a gateway that stops.
  void close();

  // What has to be looked up now; each comes again when it is due again.
  [[nodiscard]] std::vector<Awaited> take_look_ups(Instant now);

  [[nodiscard]] std::size_t size() const { return count_.load(); }
  // Whether anybody waits: asked before an event of the feed is decoded.
  [[nodiscard]] bool empty() const { return size() == 0; }

 private:
  using Deadlines = std::multimap<Instant, Ticket>;

  struct Waiter {
    std::uint64_t number = 0;
    Instant look_up_at;
    Resolved resolved;
    Deadlines::iterator deadline;
  };
  using Waiting = std::unordered_multimap<Awaited, Waiter, AwaitedHash>;

  struct Shard {
    std::mutex mutex;
    Waiting waiting;
    Deadlines deadlines;
  };

  [[nodiscard]] Shard& shard_of(const Awaited& awaited);
  // Requires: the shard is locked.
  [[nodiscard]] Resolved remove(Shard& shard, Waiting::iterator waiter);
  [[nodiscard]] static Waiting::iterator find(Shard& shard, const Ticket& ticket);
  [[nodiscard]] Instant next_look_up(Instant now, Instant deadline) const;

  WaiterLimits limits_;
  std::array<Shard, 16> shards_;
  std::atomic<bool> closed_ = false;
  std::atomic<std::size_t> count_ = 0;
  std::atomic<std::uint64_t> next_number_ = 0;
};

}  // namespace ordo::live
