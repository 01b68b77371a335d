#pragma once
// Purpose: threads for what may block (Postgres, identity), so that the reactor never does. Its queue is bounded: work
//          that would have to wait too long is refused at once.
//          When its turn comes late, or the pool stops before, a job that has a `give_up()` is asked for that instead: who waits
//          for its answer may have gone, and others wait behind it.
// Errors: a job that throws is logged and dropped; jobs hold what they must answer (a Responder answers 500 then).
// Threads: `try_run` from every thread; a job runs, or gives up, on one of the pool's.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace ordo::http {

inline constexpr std::chrono::milliseconds kQueuedForMax{5'000};

class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queued_max, std::chrono::milliseconds queued_for_max = kQueuedForMax);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full, or after `stop`; the job is then still the caller's, untouched.
  template <class Job>
  [[nodiscard]] bool try_run(Job&& job) {
    return enqueue([&] { return std::make_unique<Held<std::decay_t<Job>>>(std::forward<Job>(job)); });
  }

  [[nodiscard]] std::size_t queued() const;

  // Refuses new work, waits for what runs, ends the threads. What is queued gives up, or is finished where it cannot.
  void stop();

 private:
  struct Work {
    virtual ~Work() = default;
    virtual void run() = 0;
    virtual void give_up() = 0;
  };

  struct Queued {
    std::unique_ptr<Work> work;
    std::chrono::steady_clock::time_point late_at;
  };

  template <class Job>
  struct Held final : Work {
    explicit Held(Job&& held) : job(std::move(held)) {}
    explicit Held(const Job& held) : job(held) {}
    void run() override { job(); }
    void give_up() override {
      if constexpr (requires { job.give_up(); }) {
        job.give_up();
      } else {
        job();
      }
    }
    Job job;
  };

  template <class Make>
  bool enqueue(Make make) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || queue_.size() >= queued_max_) return false;
      queue_.push_back({make(), std::chrono::steady_clock::now() + queued_for_max_});
    }
    changed_.notify_one();
    return true;
  }

  void serve();

  const std::size_t queued_max_;
  const std::chrono::milliseconds queued_for_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Queued> queue_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace ordo::http
