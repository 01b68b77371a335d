#pragma once
// Purpose: the owner of one partition of one context: folds its output stream, then reads every input on from the checkpoint that
//          the last message carries, decides and appends. Nothing is acknowledged and nothing else is stored.
// Errors: `step` answers corrupt when something cannot be understood (an unknown event type, a damaged message): the owner must
//         not go on. When it is fenced off, it drops its state and folds again by itself.
// Threads: `step` from one thread, which need not exist: a simulation may call it by hand. `OwnerThread` is that thread.

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "command-side/runtime/context.hpp"
#include "command-side/runtime/mailbox.hpp"

namespace ordo::runtime {

// How long the log is left alone when it could not be asked.
inline constexpr std::chrono::milliseconds kPauseAfterFailure{100};

using ContextFactory = std::function<std::unique_ptr<Context>(Mailbox&)>;

class PartitionOwner {
 public:
  PartitionOwner(log::EventLog& log, log::Partition partition, ContextFactory make_context, Clock& clock,
                 NewEventId new_event_id = EventId::random);
  ~PartitionOwner();

  // Takes what mail there is, waiting up to `patience` for it, and acts on it.
  [[nodiscard]] Result<void> step(std::chrono::milliseconds patience);

  // The log could not be asked: the next step tries again, and should come after `kPauseAfterFailure`.
  [[nodiscard]] bool pausing() const { return pausing_; }

  [[nodiscard]] bool running() const { return phase_ == Phase::running; }
  [[nodiscard]] log::StreamName output() const { return output_; }
  Mailbox& mailbox() { return mailbox_; }

 private:
  enum class Phase { starting, folding, running };

  void start_folding();
  void start_running();
  void drop_everything();
  [[nodiscard]] Result<void> handle(Mail mail);
  [[nodiscard]] Result<void> fold(const log::StoredMessage& message);
  [[nodiscard]] Result<void> decide(const log::StoredMessage& message);
  [[nodiscard]] bool wants_input() const;
  [[nodiscard]] Failure because(const Failure& failure, const log::StoredMessage& message) const;
  void resolve_doubt();

  log::EventLog& log_;
  log::Partition partition_;
  ContextFactory make_context_;
  Clock& clock_;
  NewEventId new_event_id_;
  Mailbox mailbox_;
  std::unique_ptr<Context> context_;
  std::unique_ptr<Journal> journal_;
  log::StreamName output_;
  std::vector<std::unique_ptr<log::Reader>> readers_;
  Phase phase_ = Phase::starting;
  std::uint64_t fold_until_ = 0;
  bool doubt_ = false;  // an append's outcome must be found out
  bool pausing_ = false;
};

// Runs an owner until told to stop. `failed` is called once, on the owner's thread, if it cannot go on.
class OwnerThread {
 public:
  OwnerThread(std::unique_ptr<PartitionOwner> owner, std::function<void(const Failure&)> failed);
  ~OwnerThread();

  // True once the state is folded and the inputs are read.
  [[nodiscard]] bool running() const { return running_; }

 private:
  std::unique_ptr<PartitionOwner> owner_;
  std::atomic<bool> running_ = false;
  std::jthread thread_;
};

}  // namespace ordo::runtime
