#pragma once
// Purpose: the owner of one partition of one context: folds its output stream, then reads every input on from the checkpoint that
//          the last message carries, decides and appends. Nothing is acknowledged and nothing else is stored.
// Order:   each stream in its own order, and an input never before the input that caused it: one user's commands keep their order
//          however far one stream's reader is ahead of another's.
// Errors:  an input that cannot be decided (an unknown event type, a refusal that is a fault) is parked, with all that comes behind it under its
//          key. `step` answers corrupt when nothing can be parked (a damaged message, an own event of an unknown type, a log that lost
//          what it held): the owner must not go on. When it is fenced off, it drops its state and folds again by itself, if it is stepped on.
// Threads: `step` from one thread, which need not exist: a simulation may call it by hand. `OwnerThread` is that thread.

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "command-side/runtime/context.hpp"
#include "command-side/runtime/deciding.hpp"
#include "command-side/runtime/folding.hpp"
#include "command-side/runtime/inlet.hpp"
#include "command-side/runtime/mailbox.hpp"
#include "command-side/runtime/snapshot_keeping.hpp"

namespace ordo::runtime {

// How long the log is left alone when it could not be asked, or refuses; twice as long each time, up to the second figure.
inline constexpr std::chrono::milliseconds kPauseMin{100};
inline constexpr std::chrono::milliseconds kPauseMax{2'000};

using Consumed = std::map<log::StreamName, std::uint64_t>;

using ContextFactory = std::function<std::unique_ptr<Context>(Mailbox&)>;

class PartitionOwner {
 public:
  PartitionOwner(log::EventLog& log, log::Partition partition, ContextFactory make_context, Clock& clock,
                 NewEventId new_event_id = EventId::random, Snapshots snapshots = {});
  ~PartitionOwner();

  // Takes what mail there is, waiting up to `patience` for it, and acts on it.
  [[nodiscard]] Result<void> step(std::chrono::milliseconds patience);

  // How long to leave the owner alone before the next step; nothing: not at all.
  [[nodiscard]] std::chrono::milliseconds pause() const { return pause_; }
  // How long it may rest after what the last step appended; to be asked once.
  [[nodiscard]] std::chrono::microseconds rest(Pace::Instant now) { return pace_.rest_after(appended_, now); }

  // Takes no input from now on; further steps record what is under way.
  void wind_up();
  // Nothing is under way any more.
  [[nodiscard]] bool wound_up() const;
  // Hands over a snapshot for the next owner, unless there is nothing new, or something under way.
  void leave_snapshot();

  [[nodiscard]] bool running() const { return phase_ == Phase::running; }
  // True once it has been fenced off. Whoever goes on stepping it lets it fold again.
  [[nodiscard]] bool fenced() const { return fenced_; }
  [[nodiscard]] log::StreamName output() const { return output_; }
  // Of each input stream the sequence up to which every event was taken; none while it does not run.
  [[nodiscard]] Consumed consumed() const;
  // Wakes a step that waits; from every thread.
  void wake() { mailbox_->wake(); }

 private:
  enum class Phase { folding, opening, running };

  // Another stream must be consumed up to here before an input is decided.
  struct Need {
    log::StreamKind stream;
    std::uint64_t sequence;
  };
  struct Source {
    Inlet inlet;
    std::optional<log::Position> next;  // whose needs are known
    std::vector<Need> needs;            // those that are not met yet
  };

  void drop_everything();
  void back_off();
  void start_over();
  // Nothing, unless waiting cannot help.
  [[nodiscard]] Result<void> retry_later(const Failure& failure);
  [[nodiscard]] Result<void> fold();
  // Where one is due, no input is taken until nothing is under way, which takes as long as an append.
  void take_snapshot_if_due();
  [[nodiscard]] Result<void> open_inputs();

  [[nodiscard]] Result<void> handle(const Notice& notice);
  [[nodiscard]] Result<void> resolve_doubt();

  // The state is what the log holds up to the journal's end.
  [[nodiscard]] bool is_settled() const { return phase_ == Phase::running && !doubt_ && journal_->idle(); }
  [[nodiscard]] bool wants_input() const;
  [[nodiscard]] bool has_input_at_hand() const;
  [[nodiscard]] std::vector<log::StreamName> wanted_streams() const;
  [[nodiscard]] Result<void> decide_some();
  // Answers whether anything was decided.
  [[nodiscard]] Result<bool> decide_from(Source& source, int& budget);
  [[nodiscard]] Result<void> decide(Source& source, const Input& input);
  [[nodiscard]] Result<void> learn_needs(Source& source, const Input& input);
  [[nodiscard]] bool is_met(const Need& need);
  // Answers whether the input is done with all the same; if not, trying again later is right.
  [[nodiscard]] Result<bool> park_unless_fenced(Source& source, const Failure& failure, const Input& input);
  void pop(Source& source);

  log::EventLog& log_;
  log::Partition partition_;
  ContextFactory make_context_;
  Clock& clock_;
  NewEventId new_event_id_;
  std::shared_ptr<Mailbox> mailbox_;  // shared with acks that may come after our end
  std::unique_ptr<Context> context_;
  std::unique_ptr<Journal> journal_;
  std::optional<Deciding> deciding_;
  Snapshots snapshots_;
  SnapshotKeeping keeping_;
  log::StreamName output_;
  std::vector<Source> sources_;
  std::optional<Folding> folding_;
  Phase phase_ = Phase::folding;
  bool ending_ = false;
  bool fenced_ = false;
  bool doubt_ = false;  // an append's outcome must be found out
  std::chrono::milliseconds pause_{0};
  Pace pace_{PaceLimits{}};  // the context's
  std::size_t appended_ = 0;  // events of the last step
  int failures_in_row_ = 0;
  int losses_in_row_ = 0;
  Timestamp looked_at_;  // when the log was last asked what is gone
};

}  // namespace ordo::runtime
