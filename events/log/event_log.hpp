#pragma once
// Purpose: the port to the log: ordered streams of messages that are never changed. Implementations: `InMemoryLog`
//          (tests, simulation) and `jetstream::JetStreamLog`; one contract suite holds for both.
// Threads: every function may be called from every thread. Callbacks come on a thread of the log, never from within `append`,
//          `read` or `listen`; they must not throw and should do little more than enqueue. A `Deliver` may block: that slows
//          its own reader and nothing else. An `AppendSettled` must not block: all settlements wait behind it.
// Owns:    readers are destroyed before their log.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "events/log/stream.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::log {

// What one message may hold: a megabyte less room for headers. Runs are closed far below it (`kRunBytesMax`).
inline constexpr std::size_t kMessageBytesMax = 1'000'000;

struct StoredMessage {
  StreamName stream;
  std::uint64_t sequence = 0;  // from 1, without gaps
  std::string subject;
  std::string payload;  // an encoded Run
};

struct AppendRequest {
  StreamName stream;
  std::string subject;
  std::string payload;
  // The fence: stored only if the stream's last sequence is this one when the message arrives. Without it: stored whatever
  // stands there. A writer may pipeline by predicting: appends with a fence go to their stream one after the other, each when
  // the one before it is stored. An append that expects the sequence which the one before it should have got, and did not,
  // was predicted upon it: it is refused unsent. (The stream's own check is not enough: behind a stranger's two appends, the
  // third of a pipeline meets just the sequence that it expects, and would be let in.) So after a failure one refusal may
  // come too many; read the stream's tail and append again.
  std::optional<std::uint64_t> expected_last_sequence;
};

// What became of an append:
//   the sequence: stored there, as safely as the stream's configuration promises
//   conflict:     refused, the stream's last sequence was another; nothing was stored
//   timeout:      not known; it may be stored, or may still be. Read the stream's tail and see
//   unavailable:  nothing was stored, nor will be; the same append may be tried again
//   corrupt:      nothing was stored: larger than `kMessageBytesMax`, so that trying again does not help
using AppendSettled = std::function<void(Result<std::uint64_t>)>;
using Deliver = std::function<void(StoredMessage)>;

// Holds a delivery open. When the destructor has returned, no callback runs and none will come. It waits for a callback that
// runs, so a `Deliver` that is blocked must be let go first, and a reader is never destroyed from within its own `Deliver`.
class Reader {
 public:
  virtual ~Reader() = default;
};

struct StreamBounds {
  std::uint64_t first_sequence = 1;  // of the oldest message that is still there
  std::uint64_t last_sequence = 0;   // 0: nothing was ever stored
};

class EventLog {
 public:
  virtual ~EventLog() = default;

  // `settled` is called exactly once: with the answer, when time is up, when the connection breaks, or at the latest from
  // within the log's destructor. Settlements come one at a time; they may append, but not once the destructor has begun.
  virtual void append(AppendRequest request, AppendSettled settled) = 0;

  // Delivers every message from `from_sequence` on (or from the oldest that is there), in order, without gap or repeat, as they
  // come, until the reader is destroyed. Outages are waited out. A message that the log has lost is never skipped: the reader
  // stands before the hole and says so.
  [[nodiscard]] virtual std::unique_ptr<Reader> read(StreamName stream, std::uint64_t from_sequence,
                                                     Deliver deliver) = 0;

  // Delivers what any stream stores from now on, at most once: after an outage there may be a gap. For those who wait for
  // an outcome and have another way to learn it.
  [[nodiscard]] virtual std::unique_ptr<Reader> listen(Deliver deliver) = 0;

  // Errors: unavailable, timeout.
  [[nodiscard]] virtual Result<StreamBounds> bounds(StreamName stream) = 0;

  // Errors: unavailable, timeout; corrupt when there is no such message.
  [[nodiscard]] virtual Result<StoredMessage> get(StreamName stream, std::uint64_t sequence) = 0;
};

}  // namespace ordo::log
