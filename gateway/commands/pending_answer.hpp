#pragma once
// Purpose: one client's answer to a command while it is not known yet: 202 when the command is stored, or its outcome where the
//          client waits for it. Whatever comes first and lasts, the client hears one answer.
//            stored, nobody waits       the 202
//            outcome                    the final answer, even before the acknowledgement: an outcome proves that it is stored
//            time is up, stored         the 202
//            time is up, not stored yet wait for the log: a 202 before its acknowledgement would be a lie
// Threads: every function may be called from every thread, each at most once.

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "gateway/commands/idempotency.hpp"
#include "gateway/http/responder.hpp"
#include "gateway/live/outcome.hpp"

namespace ordo::commands {

// Renders an outcome: 201, 200, or a problem such as 402.
using FinalAnswer = std::function<Result<http::Response, http::Problem>(const live::Outcome&)>;

class PendingAnswer {
 public:
  // `wait`: how long the client waits for the outcome; nothing, or zero: not at all.
  PendingAnswer(http::Responder responder, std::optional<std::chrono::seconds> wait, FinalAnswer final_answer);

  [[nodiscard]] bool waits() const;
  // `told` may be called at once.
  void when_left(std::function<void()> told) const;

  // The command came before: the answer says so.
  void mark_replayed();
  // The 202, or why the command was not taken.
  void settled(const FirstAnswer& answer);
  void resolved(const live::Outcome& outcome);
  void time_is_up();

 private:
  // Requires: locked.
  void accept(http::Response response);

  mutable std::mutex mutex_;
  http::Responder responder_;
  const std::chrono::seconds wait_;
  FinalAnswer final_answer_;
  bool waiting_;
  bool replayed_ = false;
  std::optional<http::Response> accepted_;
};

}  // namespace ordo::commands
