#pragma once
// Purpose: holds back reads that name a position (`Ordo-After`) until the read model has reached it. A position that is reached
//          already needs no place among those held back, so nobody who waits in vain keeps others from reading.
// Errors: 400 `invalid_position`, also for a stream that does not exist; 503 `projection_lagging` after 5 s, or when too many are
//          held back, in all or for one user, with how many messages are missing of which stream; 503 `unavailable` when it cannot be asked
//          how far the read model is.
// Threads: handlers made by `before` run on threads that may block. What was held back goes on in the worker pool. One thread of
//          the gate's own asks how far the read model is, only while somebody is held back, and whenever it is told that something has
//          moved: a thousand reads that wait cost one look per commit.
// Owns: pool and workers outlive the gate.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "events/log/position.hpp"
#include "gateway/http/router.hpp"
#include "gateway/http/worker_pool.hpp"

namespace ordo::reads {

// How far the read model is: for each stream the sequence that every lane has passed.
using Reached = std::map<log::StreamName, std::uint64_t>;
using FindReached = std::function<Result<Reached>()>;
// Why nothing can be read at all; nothing: it can.
using FindTrouble = std::function<std::optional<http::Problem>()>;

struct ReadGateLimits {
  std::size_t held_max = 1'000;
  std::size_t held_per_user_max = 50;
  std::chrono::milliseconds held_for_max{5'000};
  std::chrono::milliseconds asked_every{100};   // whether told or not: what tells may be cut off
  std::chrono::milliseconds asked_apart_min{1};  // however often told
};

class ReadGate {
 public:
  ReadGate(FindReached find, http::WorkerPool& workers, log::Partition partitions = log::kPartitionsDefault,
           ReadGateLimits limits = {}, FindTrouble find_trouble = {});
  ~ReadGate();
  ReadGate(const ReadGate&) = delete;
  ReadGate& operator=(const ReadGate&) = delete;

  // The handler of a read, with the gate before it. The gate outlives the handler's use.
  [[nodiscard]] http::Handler before(http::Handler read);

  // The read model may have come further. From every thread; does not wait.
  void advanced();

  [[nodiscard]] std::size_t held() const;

  // Refuses what is held back, and holds nothing back any more: for a gateway that stops.
  void close();

 private:
  using Positions = std::vector<log::StreamPosition>;
  using Instant = std::chrono::steady_clock::time_point;
  struct Held {
    Positions positions;
    Instant refused_at;
    http::Request request;
    http::Responder responder;
    http::Handler read;
  };

  struct Sorted {
    std::vector<Held> ready;
    std::vector<Held> late;
  };

  [[nodiscard]] Result<Positions, http::Problem> read_positions(std::string_view token) const;
  void pass(Held asked);
  [[nodiscard]] bool is_known(const Positions& positions);
  // False: there is no place for it, and it is still the caller's.
  [[nodiscard]] bool hold(Held& asked);
  [[nodiscard]] Result<Reached> ask();
  void serve(const std::stop_token& stop);
  // Requires: locked.
  [[nodiscard]] Sorted take_sorted(const Reached& reached);

  FindReached find_;
  FindTrouble find_trouble_;
  http::WorkerPool& workers_;
  const log::Partition partitions_;
  const ReadGateLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool closed_ = false;
  bool advanced_ = false;  // since it was asked last
  std::vector<Held> held_;
  std::map<UserId, std::size_t> held_of_;  // only of users who have any
  Reached known_;                          // what was heard last,
  Instant known_until_;                    // and until when it counts: tables may be exchanged for others
  std::jthread thread_;
};

}  // namespace ordo::reads
