#pragma once
// Purpose: the log for tests and simulation. It keeps the contract of `EventLog` (one suite holds for both implementations) and
//          fails when told to.
// Threads: `by_thread`: as the port says; each reader, and all settlements together, have a thread of their own.
//          `by_hand`:   no threads at all; nothing is called back but from within `deliver_one`, in an order that depends on
//                       nothing but the calls made, so that a simulation can be run again.

#include <memory>

#include "events/log/event_log.hpp"

namespace ordo::log {

enum class Delivery { by_thread, by_hand };

// What goes wrong with an append. To its caller, the first three look the same: `timeout`.
enum class Fault {
  lose_ack,               // stored
  lose_message,           // not stored
  acknowledge_with_zero,  // not stored, though the log acknowledges: what a change of leaders was seen to do
  refuse,                 // not stored, `unavailable`
};

class InMemoryLog final : public EventLog {
 public:
  explicit InMemoryLog(Delivery delivery = Delivery::by_thread);
  ~InMemoryLog() override;

  void append(AppendRequest request, AppendSettled settled) override;
  [[nodiscard]] std::unique_ptr<Reader> read(StreamName stream, std::uint64_t from_sequence, Deliver deliver) override;
  [[nodiscard]] std::unique_ptr<Reader> listen(Deliver deliver) override;
  [[nodiscard]] Result<StreamBounds> bounds(StreamName stream) override;
  [[nodiscard]] Result<StoredMessage> get(StreamName stream, std::uint64_t sequence) override;

  // Runs one callback that is due: settlements and readers in turn. False: nothing is due.
  // Requires: made with `by_hand`.
  bool deliver_one();

  // The next append to the stream meets the fault; several faults meet one append each, in the order of these calls.
  void inject(StreamName stream, Fault fault);

  // Forgets every message before the sequence, as a stream with an age limit does.
  void expire_before(StreamName stream, std::uint64_t sequence);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ordo::log
