#pragma once
// Purpose: a log whose ends never go back: `bounds` answers at least what this process has been acknowledged, has been delivered,
//          or was answered before. A server of a cluster that has lost its lead, or has just won it, may know of less for a
//          moment; whoever says "there is no such thing" by the end of a stream must not believe it.
// Not for owners: that a stream has lost its end is for them to notice.
// Threads: as the log behind it, which outlives it.

#include "events/log/event_log.hpp"

namespace ordo::log {

class MonotonicLog final : public EventLog {
 public:
  explicit MonotonicLog(EventLog& log);
  ~MonotonicLog() override;

  void append(AppendRequest request, AppendSettled settled) override;
  [[nodiscard]] std::unique_ptr<Reader> read(StreamName stream, std::uint64_t from_sequence, Deliver deliver) override;
  [[nodiscard]] std::unique_ptr<Reader> listen(Deliver deliver) override;
  [[nodiscard]] Result<StreamBounds> bounds(StreamName stream) override;
  [[nodiscard]] Result<StoredMessage> get(StreamName stream, std::uint64_t sequence) override;

 private:
  class Ends;

  EventLog& log_;
  std::shared_ptr<Ends> ends_;  // shared with the callbacks of appends under way, which may come after our end
};

}  // namespace ordo::log
