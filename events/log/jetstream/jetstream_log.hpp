#pragma once
// Purpose: the log on NATS JetStream. Its streams are made by `set_up`.
// Threads: as the port says. Each reader has a thread of its own.
// Appends that no stream listens to (a restart, an election) are sent again, with the same expected sequence, as long as they
// have time, in their order; those without an expected sequence may be overtaken by ones that were under way.
// A `Deliver` that blocks holds the server back: at most some 32 MB per reader wait in this process.

#include <chrono>
#include <memory>

#include "events/log/event_log.hpp"
#include "events/log/jetstream/connection.hpp"

namespace ordo::log::jetstream {

struct JetStreamOptions {
  std::chrono::milliseconds append_timeout{5000};
  std::chrono::milliseconds request_timeout{5000};  // of `bounds` and `get`
  // A reader to whom nothing comes for so long asks whether there is anything, and begins anew when it is left behind for twice as long.
  std::chrono::milliseconds quiet_limit{5000};
  // Appends that expect a sequence are sent ahead of the answers to those before them: many times as fast for one stream. Only for who knows
  // beforehand what belongs at every sequence, and stands alone: behind a stranger's appends a part of the pipeline may be let in, each
  // message at its sequence, though those before it were refused.
  bool fenced_sent_ahead = false;
};

class JetStreamLog final : public EventLog {
 public:
  // Errors: unavailable.
  [[nodiscard]] static Result<std::unique_ptr<JetStreamLog>> open(std::shared_ptr<Connection> connection,
                                                                  JetStreamOptions options = {});
  ~JetStreamLog() override;

  void append(AppendRequest request, AppendSettled settled) override;
  [[nodiscard]] std::unique_ptr<Reader> read(StreamName stream, std::uint64_t from_sequence, Deliver deliver) override;
  [[nodiscard]] std::unique_ptr<Reader> listen(Deliver deliver) override;
  [[nodiscard]] Result<StreamBounds> bounds(StreamName stream) override;
  [[nodiscard]] Result<StoredMessage> get(StreamName stream, std::uint64_t sequence) override;

 private:
  struct Parts;
  explicit JetStreamLog(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace ordo::log::jetstream
