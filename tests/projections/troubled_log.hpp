#pragma once
// Purpose: a log whose ends can be made to look farther away than they are, so that a rebuild goes on for as long as a test wants, or
//          not to be had at all.
// Threads: as the log's.

#include <atomic>

#include "events/log/event_log.hpp"

namespace ordo::tests {

class TroubledLog final : public log::EventLog {
 public:
  explicit TroubledLog(log::EventLog& log) : log_(log) {}

  std::atomic<bool> more_to_come = false;  // every stream seems to have a thousand messages more
  std::atomic<bool> away = false;          // no stream tells its ends
  std::atomic<int> refused = 0;            // questions that met `away`
  std::atomic<int> asked = 0;              // questions that did not

  void append(log::AppendRequest request, log::AppendSettled settled) override { log_.append(std::move(request), std::move(settled)); }
  std::unique_ptr<log::Reader> read(log::StreamName stream, std::uint64_t from, log::Deliver deliver) override {
    return log_.read(stream, from, std::move(deliver));
  }
  std::unique_ptr<log::Reader> listen(log::Deliver deliver) override { return log_.listen(std::move(deliver)); }
  Result<log::StreamBounds> bounds(log::StreamName stream) override {
    if (away) {
      ++refused;
      return failure(FailureKind::unavailable, "the log is away");
    }
    ++asked;
    return log_.bounds(stream).map([this](log::StreamBounds bounds) {
      if (more_to_come) bounds.last_sequence += 1'000;
      return bounds;
    });
  }
  Result<log::StoredMessage> get(log::StreamName stream, std::uint64_t sequence) override { return log_.get(stream, sequence); }

 private:
  log::EventLog& log_;
};

}  // namespace ordo::tests
