#pragma once
// Purpose: a log as it was once: every stream ends at a given event, and what came behind it cannot be seen. Nothing more ever comes.
// Errors:  as the log's; corrupt for a message that is damaged where it must be cut, which `read` cannot say: it delivers it as it is.
// Threads: as the log's.
// Owns:    the log outlives it, and it outlives its readers. Appends go to the log itself.

#include <map>

#include "events/log/event_log.hpp"
#include "events/log/position.hpp"

namespace ordo::log {

// As an index: the whole message.
inline constexpr std::uint32_t kWholeMessage = UINT32_MAX;

// The last event of each stream; of one that is not named: nothing.
using Ends = std::map<StreamName, Position>;

class LogUntil final : public EventLog {
 public:
  LogUntil(EventLog& log, Ends ends) : log_(log), ends_(std::move(ends)) {}

  void append(AppendRequest request, AppendSettled settled) override { log_.append(std::move(request), std::move(settled)); }
  [[nodiscard]] std::unique_ptr<Reader> read(StreamName stream, std::uint64_t from_sequence, Deliver deliver) override;
  [[nodiscard]] std::unique_ptr<Reader> listen(Deliver deliver) override;
  [[nodiscard]] Result<StreamBounds> bounds(StreamName stream) override;
  [[nodiscard]] Result<StoredMessage> get(StreamName stream, std::uint64_t sequence) override;

 private:
  [[nodiscard]] Position end_of(StreamName stream) const;

  EventLog& log_;
  const Ends ends_;
};

}  // namespace ordo::log
