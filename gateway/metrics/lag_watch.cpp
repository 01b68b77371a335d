#include "gateway/metrics/lag_watch.hpp"

#include <algorithm>
#include <utility>

namespace ordo::metrics {

LagWatch::LagWatch(reads::FindReached find, log::EventLog& log, std::chrono::milliseconds every)
    : find_(std::move(find)), log_(log), every_(every), thread_([this](const std::stop_token& stop) { serve(stop); }) {}

std::map<log::StreamName, std::uint64_t> LagWatch::behind() const {
  const std::lock_guard lock(mutex_);
  return behind_;
}

void LagWatch::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    auto seen = look(stop);
    std::unique_lock lock(mutex_);
    behind_ = std::move(seen);
    changed_.wait_for(lock, stop, every_, [] { return false; });
  }
}

std::map<log::StreamName, std::uint64_t> LagWatch::look(const std::stop_token& stop) {
  const auto reached = find_();
  std::map<log::StreamName, std::uint64_t> behind;
  if (!reached) return behind;
  for (const auto& [stream, sequence] : *reached) {
    if (stop.stop_requested()) break;
    const auto bounds = log_.bounds(stream);
    // The log was asked later: what the read model has passed by then is no lag below nothing.
    if (bounds) behind[stream] = bounds->last_sequence - std::min(bounds->last_sequence, sequence);
  }
  return behind;
}

}  // namespace ordo::metrics
