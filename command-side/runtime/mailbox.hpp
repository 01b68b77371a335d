#pragma once
// Purpose: everything that reaches an owner from other threads: messages of the streams that it reads, each stream apart; acks of its
//          own appends, and notes that something started outside is done.
// Limits: more than `kStreamBytesMax` waiting from one stream block the reader that brings it; acks and notes are never blocked.
// Threads: `put`, `wake` and `close` from every thread; the rest from the owner's. Whoever may call after the owner's end shares it.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "command-side/runtime/journal.hpp"
#include "events/log/event_log.hpp"

namespace ordo::runtime {

inline constexpr std::size_t kStreamBytesMax = 4 * 1024 * 1024;

// Something that was started outside is done; whoever started it knows where to look.
struct Note {};

using Notice = std::variant<Ack, Note>;

class Mailbox {
 public:
  void put(Notice notice);
  // Blocks while too much of its stream waits; drops the message while its stream is not open.
  void put(log::StoredMessage message);

  // Waits up to `patience` for a notice, for a message of one of these streams, or to be woken.
  void wait(std::span<const log::StreamName> wanted, std::chrono::milliseconds patience);
  [[nodiscard]] std::vector<Notice> take_notices();
  [[nodiscard]] std::optional<log::StoredMessage> take(log::StreamName stream);

  void open(log::StreamName stream);
  // Throws away what waits of all streams and lets blocked readers go, so that they can be stopped.
  void close_streams();

  void wake();
  // Takes nothing any more, for good.
  void close();

 private:
  struct Lane {
    std::deque<log::StoredMessage> messages;
    std::size_t bytes = 0;
  };

  std::mutex mutex_;
  std::condition_variable mail_came_;
  std::condition_variable room_came_;
  std::vector<Notice> notices_;
  std::map<log::StreamName, Lane> lanes_;  // of the open streams
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace ordo::runtime
