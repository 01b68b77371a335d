#include "tests/bench/appender.hpp"

#include <cstdlib>
#include <iostream>

namespace ordo::bench {
namespace {

constexpr int kAppendsUnderWayMax = 64;

}  // namespace

void give_up(const std::string& reason) {
  std::cerr << "fill_log: " << reason << '\n';
  std::exit(1);
}

std::uint64_t Appender::append(log::StreamName stream, log::Topic topic, std::string payload) {
  std::unique_lock lock(mutex_);
  settled_.wait(lock, [this] { return under_way_ < kAppendsUnderWayMax; });
  ++under_way_;
  const auto sequence = ++last_[stream];
  lock.unlock();
  log_.append({stream, log::subject(topic, stream.partition), std::move(payload), sequence - 1},
              [this, sequence](const Result<std::uint64_t>& stored) {
                if (!stored || *stored != sequence) give_up(stored ? "the log is not empty" : stored.error().text);
                const std::lock_guard guard(mutex_);
                --under_way_;
                settled_.notify_one();
              });
  return sequence;
}

void Appender::await_all() {
  std::unique_lock lock(mutex_);
  settled_.wait(lock, [this] { return under_way_ == 0; });
}

}  // namespace ordo::bench
