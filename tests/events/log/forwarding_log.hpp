#pragma once
// Purpose: a log that asks another: for tests whose log answers one thing otherwise.
// Owns:    nothing; the other log outlives it.

#include <memory>
#include <utility>

#include "events/log/event_log.hpp"

namespace ordo::log {

class ForwardingLog : public EventLog {
 public:
  explicit ForwardingLog(EventLog& log) : log_(log) {}

  void append(AppendRequest request, AppendSettled settled) override { log_.append(std::move(request), std::move(settled)); }
  std::unique_ptr<Reader> read(StreamName stream, std::uint64_t from_sequence, Deliver deliver) override {
    return log_.read(stream, from_sequence, std::move(deliver));
  }
  std::unique_ptr<Reader> listen(Deliver deliver) override { return log_.listen(std::move(deliver)); }
  Result<StreamBounds> bounds(StreamName stream) override { return log_.bounds(stream); }
  Result<StoredMessage> get(StreamName stream, std::uint64_t sequence) override { return log_.get(stream, sequence); }

 private:
  EventLog& log_;
};

}  // namespace ordo::log
