#pragma once
// Purpose: one partition's output stream, in the hands of its only owner: decisions go in, runs come out, one append at a time,
//          each with the sequence that it must get. All that is decided while an append is under way goes into the next.
// Errors: `Progress::fenced` means that somebody else appended: the owner's state is worth nothing any more. An append whose
//         outcome is unknown is never guessed at: the stream's tail is read, and what is missing is appended again under the
//         same fence.
// Threads: used by the owner's thread only. The log's acks come back through `AckSink`, which must only enqueue.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "events/log/event.hpp"
#include "events/log/event_log.hpp"

namespace ordo::runtime {

// An append's outcome on its way back to the owner.
struct Ack {
  EventId run;  // the first event of the run: an ack for a journal that was dropped meets nothing
  Result<std::uint64_t> outcome;
};
using AckSink = std::function<void(Ack)>;
// Answers another id with every call, that nobody else has: what tells an owner's runs from a stranger's.
using NewEventId = std::function<EventId()>;

// A new event that is not in the log yet.
struct Decision {
  log::Topic topic;
  log::Payload payload;
};

// What the last message of a stream tells its owner.
struct StreamEnd {
  std::uint64_t sequence = 0;
  EventId run;                   // the message's first event: tells it from another log's message at this sequence
  log::Checkpoints checkpoints;  // up to where the messages to the end have decided each input

  friend bool operator==(const StreamEnd&, const StreamEnd&) = default;
};

class Journal {
 public:
  enum class Progress {
    done,
    again,    // what is missing was appended once more
    fenced,   // somebody else appends
    unknown,  // the log cannot be asked now
    lost,     // the log ends before what it has acknowledged
  };

  Journal(log::EventLog& log, log::StreamName stream, Clock& clock, NewEventId new_event_id, AckSink acks);

  // Before folding: the state is what the stream holds up to here.
  void begin_at(const StreamEnd& end);
  // While folding: the stream's own messages, in order, tell the checkpoints and the next sequence.
  void folded(std::uint64_t sequence, const log::Run& run);

  // Adds an event; the input that caused it counts as decided from then on only when `decided` says so.
  void record(Decision decision, const log::Cause& cause, const log::Trace& trace);
  // Everything of this input stream up to and including `position` is decided; it may have been before.
  void decided(log::StreamKind input, log::Position position);

  // Appends what is pending, unless an append is under way, and answers how many events that is. A run is not waited for until it is full.
  std::size_t flush();

  // Takes an ack. Answers unknown when the outcome must be found out by `resolve`, in a while.
  [[nodiscard]] Progress settled(const Ack& ack);
  // Reads the tail.
  [[nodiscard]] Progress resolve();

  [[nodiscard]] const log::Checkpoints& checkpoints() const { return checkpoints_; }
  [[nodiscard]] std::uint64_t last_sequence() const { return end_.sequence; }
  [[nodiscard]] const StreamEnd& end() const { return end_; }
  // How many events were folded and recorded here.
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] std::size_t pending_bytes() const { return pending_bytes_; }
  [[nodiscard]] bool in_doubt() const { return in_doubt_; }
  // Whether somebody else has appended. Errors: unavailable, timeout; corrupt when the log has lost what was appended.
  [[nodiscard]] Result<bool> is_overtaken() const;
  [[nodiscard]] bool idle() const { return in_flight_.empty() && pending_.empty(); }

 private:
  struct OpenRun {
    log::Topic topic;
    log::Run run;
    std::size_t bytes = 0;
  };
  struct InFlight {
    EventId run;
    std::uint64_t sequence;  // the one that it must get
    std::string subject;
    std::string payload;
    log::Checkpoints checkpoints;
    bool waiting = true;  // for its ack
    bool stored = false;
  };

  void close_run();
  void send(const InFlight& run);
  void drop_stored();
  [[nodiscard]] bool all_acks_are_in() const;

  log::EventLog& log_;
  log::StreamName stream_;
  Clock& clock_;
  NewEventId new_event_id_;
  AckSink acks_;

  log::Checkpoints checkpoints_;
  StreamEnd end_;  // of what is stored, as far as this owner knows
  std::uint64_t events_ = 0;
  std::deque<OpenRun> pending_;      // closed ones and, at the back, the one that is being filled
  std::size_t pending_bytes_ = 0;
  std::deque<InFlight> in_flight_;
  bool in_doubt_ = false;
};

}  // namespace ordo::runtime
