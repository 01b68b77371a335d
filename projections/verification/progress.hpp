#pragma once
// Purpose: tells about once a second how far a verification is.
// Threads: one.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace ordo::projections {

struct ProgressNote {
  std::string step;  // "the log of partition 2"
  std::uint64_t events = 0;
  std::uint64_t messages_done = 0;   // of this step
  std::uint64_t messages_total = 0;  // 0: not counted
};

class Progress {
 public:
  explicit Progress(std::function<void(const ProgressNote&)> report) : report_(std::move(report)) {}

  void begin(std::string step, std::uint64_t messages_total) { note_ = {std::move(step), 0, 0, messages_total}; }

  void message(std::uint64_t events) {
    ++note_.messages_done;
    note_.events += events;
    const auto now = std::chrono::steady_clock::now();
    if (!report_ || now - reported_ < std::chrono::seconds(1)) return;
    reported_ = now;
    report_(note_);
  }

 private:
  std::function<void(const ProgressNote&)> report_;
  std::chrono::steady_clock::time_point reported_ = std::chrono::steady_clock::now();
  ProgressNote note_;
};

}  // namespace ordo::projections
