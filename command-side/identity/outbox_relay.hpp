#pragma once
// Purpose: carries what stands in identity.outbox to the log, in order, and forgets it when the log has it. A crash in between repeats
//          events, with the same ids; whoever reads them has to bear that (billing opens an account once).
// Any number of relays may run: each takes rows that no other one holds.
// Threads: `OutboxRelay` belongs to one thread; `OutboxRelayThread` has its own. Log and pool outlive them.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "events/log/event_log.hpp"
#include "query-side/postgres/pool.hpp"

namespace ordo::identity {

inline constexpr std::int64_t kRelayBatchMax = 500;

class OutboxRelay {
 public:
  OutboxRelay(postgres::Pool& pool, log::EventLog& log, log::Partition partitions)
      : pool_(pool), log_(log), partitions_(partitions) {}

  // One batch: answers how many events were carried; fewer than kRelayBatchMax: none are left. Blocks until the log has
  // acknowledged. Errors: of Postgres and of the log; what was not carried stays in the outbox.
  [[nodiscard]] Result<std::size_t> relay_batch();

 private:
  postgres::Pool& pool_;
  log::EventLog& log_;
  const log::Partition partitions_;
};

enum class Hurry { no, yes };

class OutboxRelayThread {
 public:
  explicit OutboxRelayThread(OutboxRelay relay);

  // There is something in the outbox. It is looked into every second anyway. From every thread; does not block.
  void wake();

  // Returns when a pass over the outbox that began after this call has ended, however it ended, or the limit is over. `hurry`
  // wakes the relay for it. From every thread.
  void await_pass(Hurry hurry, std::chrono::milliseconds limit);

 private:
  void run(const std::stop_token& stop);
  void relay_all(const std::stop_token& stop);

  OutboxRelay relay_;
  bool failing_ = false;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::condition_variable passed_;
  bool wanted_ = true;
  std::uint64_t passes_begun_ = 0;
  std::uint64_t passes_ended_ = 0;
  std::jthread thread_;  // the last member: it uses all the others
};

}  // namespace ordo::identity
