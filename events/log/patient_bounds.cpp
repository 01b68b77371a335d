#include "events/log/patient_bounds.hpp"

#include <thread>

namespace ordo::log {
namespace {

constexpr std::chrono::milliseconds kAskAgain{50};

}  // namespace

Result<StreamBounds> patient_bounds(EventLog& log, StreamName stream, std::uint64_t sequence, std::chrono::milliseconds patience,
                                    const std::stop_token& stop) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto bounds = log.bounds(stream);
    if (!bounds || bounds->last_sequence >= sequence || stop.stop_requested() || std::chrono::steady_clock::now() >= end) return bounds;
    std::this_thread::sleep_for(kAskAgain);
  }
}

}  // namespace ordo::log
