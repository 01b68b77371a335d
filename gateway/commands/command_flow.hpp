#pragma once
// Purpose: the way of every command: repeat or not, into the log, and the answer when it is stored or when its outcome is known.
//          A route brings what it alone knows: the command, its id, how its answers look.
// Errors: 422 `idempotency_key_reused`; what the route says when it cannot be done; 503 `overloaded` when too much waits, here or behind
//         the log, which no repeat of a known command hears; 503 `unavailable` when the log does not take the command in time. While the
//         read model is away repeats are still not done twice (their owner knows their ids), but may be answered as if they were the first, or refused.
// Threads: `run` from every thread, also a reactor: it never blocks.
// Owns: log and waiters outlive the flow; every `KnownCommands` that a submission names is destroyed before it.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "events/vocabulary/time.hpp"
#include "gateway/commands/command_appender.hpp"
#include "gateway/commands/idempotency.hpp"
#include "gateway/commands/known_commands.hpp"
#include "gateway/commands/pending_answer.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/responder.hpp"
#include "gateway/live/waiters.hpp"

namespace ordo::commands {

// What a route makes of a request that it found valid.
struct Submission {
  log::Topic topic = log::Topic::order_create;
  log::Partition partition = 0;
  log::Key key;                     // whose it is
  log::Payload payload;
  Timestamp requested_at;
  live::Awaited awaited;            // its outcome; the id is the command's own
  IdBytes fingerprint{};
  bool keyed = false;               // the request has an Idempotency-Key
  IdBytes key_id{};                 // what a repeat has in common with it; of keyed ones only
  KnownCommands* known = nullptr;   // where older repeats are known; may be nobody
  // Where the route has looked by itself: the command came before, as this; or why it cannot be done any more, which is told only
  // where it did not come before.
  std::optional<KnownCommand> before;
  std::optional<http::Problem> refusal;
  http::Response accepted;          // the 202 but for its position
  FinalAnswer final_answer;
};

// Asked for each new command: nothing, it is taken; or after how long there should be less to do.
using RefuseNew = std::function<std::optional<std::chrono::seconds>(log::Partition)>;

// 422: a key that came with another request.
[[nodiscard]] http::Problem reused();

class CommandFlow {
 public:
  CommandFlow(log::EventLog& log, live::Waiters& waiters, AppendLimits limits = {}, IdempotencyLimits repeats = {},
              RefuseNew refuse_new = [](log::Partition) { return std::nullopt; })
      : waiters_(waiters), refuse_new_(std::move(refuse_new)), repeats_(repeats), appender_(log, limits) {}

  void run(Submission submission, const http::Request& request, http::Responder responder);
  // Commands that the log has not acknowledged yet.
  [[nodiscard]] std::size_t under_way() const { return appender_.command_count(); }

 private:
  struct Attempt;
  using AttemptPointer = std::shared_ptr<Attempt>;

  void wait(const AttemptPointer& attempt);
  void ask_known(const AttemptPointer& attempt);
  void ask_outcome(const AttemptPointer& attempt);
  void hear_known(const AttemptPointer& attempt, const Result<std::optional<KnownCommand>>& known);
  void append(const AttemptPointer& attempt);
  void settle(const AttemptPointer& attempt, const FirstAnswer& answer);

  live::Waiters& waiters_;
  const RefuseNew refuse_new_;
  IdempotencyTable repeats_;
  CommandAppender appender_;  // last: when it ends, it settles what is left
};

}  // namespace ordo::commands
