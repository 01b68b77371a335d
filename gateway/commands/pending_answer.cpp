#include "gateway/commands/pending_answer.hpp"

#include <utility>

#include <fmt/format.h>

namespace ordo::commands {
namespace {

const http::Header kReplayed{"Idempotency-Replayed", "true"};

}  // namespace

PendingAnswer::PendingAnswer(http::Responder responder, std::optional<std::chrono::seconds> wait,
                             FinalAnswer final_answer)
    : responder_(std::move(responder)),
      wait_(wait.value_or(std::chrono::seconds(0))),
      final_answer_(std::move(final_answer)),
      waiting_(wait_.count() > 0) {}

bool PendingAnswer::waits() const {
  const std::lock_guard lock(mutex_);
  return waiting_ && !responder_.answered();
}

void PendingAnswer::when_left(std::function<void()> told) const {
  http::Responder::WhenLeft when_left;
  {
    const std::lock_guard lock(mutex_);
    when_left = responder_.when_left();
  }
  if (when_left) when_left(std::move(told));
}

void PendingAnswer::mark_replayed() {
  const std::lock_guard lock(mutex_);
  replayed_ = true;
}

void PendingAnswer::settled(const FirstAnswer& answer) {
  const std::lock_guard lock(mutex_);
  if (responder_.answered()) return;
  if (!answer) {
    responder_.refuse(answer.error());
  } else if (waiting_) {
    accepted_ = *answer;
  } else {
    accept(*answer);
  }
}

void PendingAnswer::resolved(const live::Outcome& outcome) {
  const std::lock_guard lock(mutex_);
  if (responder_.answered() || !waiting_) return;
  auto answer = final_answer_(outcome);
  if (replayed_) responder_.attach(kReplayed);
  responder_.attach({"Preference-Applied", fmt::format("wait={}", wait_.count())});
  responder_.attach({"Ordo-Position", log::encode_position_token(outcome.positions)});
  if (answer) {
    responder_.answer(std::move(*answer));
  } else {
    responder_.refuse(answer.error());
  }
}

void PendingAnswer::time_is_up() {
  const std::lock_guard lock(mutex_);
  waiting_ = false;
  if (!responder_.answered() && accepted_) accept(std::move(*accepted_));
}

void PendingAnswer::accept(http::Response response) {
  if (replayed_) responder_.attach(kReplayed);
  responder_.answer(std::move(response));
}

}  // namespace ordo::commands
