#include "gateway/http/worker_pool.hpp"

#include <exception>

#include <spdlog/spdlog.h>

namespace ordo::http {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queued_max, std::chrono::milliseconds queued_for_max)
    : queued_max_(queued_max), queued_for_max_(queued_for_max) {
  threads_.reserve(threads);
  for (std::size_t made = 0; made < threads; ++made) {
    threads_.emplace_back([this] { serve(); });
  }
}

WorkerPool::~WorkerPool() { stop(); }

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  threads_.clear();  // joins
}

void WorkerPool::serve() {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Queued next = std::move(queue_.front());
    queue_.pop_front();
    const bool late = stopping_ || next.late_at <= std::chrono::steady_clock::now();
    lock.unlock();
    try {
      late ? next.work->give_up() : next.work->run();
    } catch (const std::exception& error) {
      spdlog::error("http worker: a job threw: {}", error.what());
    } catch (...) {
      spdlog::error("http worker: a job threw something that is no std::exception");
    }
  }
}

}  // namespace ordo::http
