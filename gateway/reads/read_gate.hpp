#pragma once
// Purpose: holds back reads that name a position (`Ordo-After`) until the read model has reached it.
// Errors: 400 `invalid_position`; 503 `projection_lagging` after 5 s, or when too many are held back.
// Threads: `pass` from every thread, without blocking; what was held back goes on in the worker pool. One thread of its own asks
//          how far the read model is, and only while somebody is held back.
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

struct ReadGateLimits {
  std::size_t held_max = 1'000;
  std::chrono::milliseconds held_for_max{5'000};
  std::chrono::milliseconds asked_every{10};
};

class ReadGate {
 public:
  ReadGate(FindReached find, http::WorkerPool& workers, ReadGateLimits limits = {});
  // What is still held back is refused.
  ~ReadGate();
  ReadGate(const ReadGate&) = delete;
  ReadGate& operator=(const ReadGate&) = delete;

  // The handler of a read, with the gate before it. The gate outlives the handler's use.
  [[nodiscard]] http::Handler before(http::Handler read);

 private:
  using Positions = std::vector<log::StreamPosition>;
  struct Held {
    Positions positions;
    std::chrono::steady_clock::time_point refused_at;
    http::Request request;
    http::Responder responder;
    http::Handler read;
  };

  struct Sorted {
    std::vector<Held> ready;
    std::vector<Held> late;
  };

  void hold(Held held);
  void serve(const std::stop_token& stop);
  // Requires: locked.
  [[nodiscard]] Sorted take_sorted(const Reached& reached);

  FindReached find_;
  http::WorkerPool& workers_;
  ReadGateLimits limits_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Held> held_;
  std::jthread thread_;
};

}  // namespace ordo::reads
