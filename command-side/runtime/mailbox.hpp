#pragma once
// Purpose: everything that reaches an owner from other threads, in the order of its coming: messages of input streams, acks of its
//          own appends, and notes that something started outside is done.
// Limits: input beyond `kInputBytesMax` blocks the reader that brings it; acks and notes are never blocked.
// Threads: `put_…` and `close` from every thread; `take` from the owner's.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <variant>
#include <vector>

#include "command-side/runtime/journal.hpp"
#include "events/log/event_log.hpp"

namespace ordo::runtime {

inline constexpr std::size_t kInputBytesMax = 16 * 1024 * 1024;

// Something that was started for an input, under this number, is done.
struct Note {
  std::uint64_t ticket = 0;
};

using Mail = std::variant<Ack, Note, log::StoredMessage>;

class Mailbox {
 public:
  void put(Ack ack);
  void put(Note note);
  // Blocks while too much input waits; drops the message once the mailbox is closed.
  void put(log::StoredMessage message);

  // Waits up to `patience` for mail. Acks and notes come first; input only when it is wanted.
  [[nodiscard]] std::vector<Mail> take(bool input_wanted, std::chrono::milliseconds patience);

  // Wakes `take` and every blocked reader for good.
  void close();
  // Throws away all input that waits and lets blocked readers go, so that they can be stopped.
  void close_input();
  void open_input();

 private:
  std::mutex mutex_;
  std::condition_variable mail_came_;
  std::condition_variable room_came_;
  std::vector<Mail> first_class_;
  std::vector<log::StoredMessage> input_;
  std::size_t input_bytes_ = 0;
  bool input_open_ = true;
  bool closed_ = false;
};

}  // namespace ordo::runtime
