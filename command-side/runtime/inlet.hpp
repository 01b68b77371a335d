#pragma once
// Purpose: one stream that an owner reads, event by event, from a position on.
// Errors: corrupt when the log has lost what it must hold: a stream that ends before its checkpoint, or has a hole. Only COMMANDS may
//         begin late, for it forgets what is old.
// Threads: the owner's.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "command-side/runtime/mailbox.hpp"
#include "events/log/event.hpp"
#include "events/log/event_log.hpp"

namespace ordo::runtime {

class Inlet {
 public:
  Inlet(log::EventLog& log, log::StreamName stream, Mailbox& mailbox) : log_(log), stream_(stream), mailbox_(mailbox) {}
  Inlet(Inlet&&) = default;

  // Reads on behind `decided`. Errors: also unavailable and timeout; nothing is open then.
  [[nodiscard]] Result<void> open(log::Position decided);

  struct Next {
    log::Position position;
    const log::Event* event;  // until `pop`
  };
  // The first event behind what was popped; nothing while none is there.
  [[nodiscard]] Result<std::optional<Next>> peek();
  void pop();

  // Of what `peek` answered last.
  [[nodiscard]] bool is_last_in_message() const { return index_ + 1 == run_->events.size(); }
  [[nodiscard]] const log::Run& message() const { return *run_; }

  // Every message up to this one was popped whole, or is gone from the stream.
  [[nodiscard]] std::uint64_t consumed() const { return std::max(consumed_, gone_); }
  // Asks the log what is gone by now.
  void look_for_lost_beginning();

  [[nodiscard]] log::StreamName stream() const { return stream_; }
  // A message lies open: `peek` needs no mail.
  [[nodiscard]] bool is_in_message() const { return run_.has_value(); }

 private:
  [[nodiscard]] Result<void> check_follows(std::uint64_t sequence) const;

  log::EventLog& log_;
  log::StreamName stream_;
  Mailbox& mailbox_;
  log::Position decided_;
  std::uint64_t consumed_ = 0;
  std::uint64_t gone_ = 0;  // the stream has forgotten all up to here
  std::optional<log::Run> run_;  // of the message behind `consumed_`
  std::uint64_t sequence_ = 0;
  std::uint32_t index_ = 0;
  std::unique_ptr<log::Reader> reader_;
};

}  // namespace ordo::runtime
