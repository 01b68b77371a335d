#pragma once
// Purpose: threads for what may block (Postgres, identity), so that the reactor never does. Its queue is bounded: work
//          that would have to wait too long is refused at once.
// Errors: a job that throws is logged and dropped; jobs hold what they must answer (a Responder answers 500 then).
// Threads: `try_run` from every thread. The destructor finishes what is queued.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace ordo::http {

class WorkerPool {
 public:
  WorkerPool(std::size_t threads, std::size_t queued_max);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full, or after `stop`; the job is then still the caller's, untouched.
  template <class Job>
  [[nodiscard]] bool try_run(Job&& job) {
    return enqueue([&] { return std::make_unique<Held<std::decay_t<Job>>>(std::forward<Job>(job)); });
  }

  // Refuses new work, finishes what is queued, ends the threads.
  void stop();

 private:
  struct Work {
    virtual ~Work() = default;
    virtual void run() = 0;
  };

  template <class Job>
  struct Held final : Work {
    explicit Held(Job&& held) : job(std::move(held)) {}
    explicit Held(const Job& held) : job(held) {}
    void run() override { job(); }
    Job job;
  };

  template <class Make>
  bool enqueue(Make make) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || queue_.size() >= queued_max_) return false;
      queue_.push_back(make());
    }
    changed_.notify_one();
    return true;
  }

  void serve();

  const std::size_t queued_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Work>> queue_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace ordo::http
