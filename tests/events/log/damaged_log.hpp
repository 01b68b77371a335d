#pragma once
// Purpose: a log as a server gives it that has found one of its messages damaged: it counts the message, delivers nothing from there
//          on, and says nothing.
// Threads: as the log that it stands before.

#include <utility>

#include "events/log/event_log.hpp"

namespace ordo::tests {

class DamagedLog final : public log::EventLog {
 public:
  DamagedLog(log::EventLog& whole, log::StreamName stream, std::uint64_t sequence) : whole_(whole), stream_(stream), sequence_(sequence) {}

  void append(log::AppendRequest request, log::AppendSettled settled) override { whole_.append(std::move(request), std::move(settled)); }

  [[nodiscard]] std::unique_ptr<log::Reader> read(log::StreamName stream, std::uint64_t from_sequence, log::Deliver deliver) override {
    return whole_.read(stream, from_sequence, [this, deliver = std::move(deliver)](log::StoredMessage message) {
      if (message.stream != stream_ || message.sequence < sequence_) deliver(std::move(message));
    });
  }

  [[nodiscard]] std::unique_ptr<log::Reader> listen(log::Deliver deliver) override { return whole_.listen(std::move(deliver)); }
  [[nodiscard]] Result<log::StreamBounds> bounds(log::StreamName stream) override { return whole_.bounds(stream); }

  [[nodiscard]] Result<log::StoredMessage> get(log::StreamName stream, std::uint64_t sequence) override {
    if (stream == stream_ && sequence == sequence_) return failure(FailureKind::corrupt, "there is no such message");
    return whole_.get(stream, sequence);
  }

 private:
  log::EventLog& whole_;
  log::StreamName stream_;
  std::uint64_t sequence_;
};

}  // namespace ordo::tests
