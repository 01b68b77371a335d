#include "gateway/commands/command_flow.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "events/vocabulary/visit.hpp"

namespace ordo::commands {
namespace {

constexpr int kRetryAfterSeconds = 1;

http::Problem overloaded(std::chrono::seconds retry_after) {
  return http::try_again(http::ProblemCode::overloaded, "Too many commands are waiting; try again.", static_cast<int>(retry_after.count()));
}

http::Problem not_taken(const Failure& failure) {
  if (failure.kind != FailureKind::timeout) return http::problem_of(failure);
  return http::try_again(http::ProblemCode::unavailable,
                         "It is not known whether the command was taken. Repeat it with the same Idempotency-Key: it is "
                         "never done twice.",
                         kRetryAfterSeconds);
}

log::Trace trace_of(const http::Request& request) {
  log::Trace trace{request.correlation_id, request.traceparent, std::nullopt};
  if (request.principal) trace.actor = request.principal->user_id;
  return trace;
}

void complete(http::Response& accepted, const log::StreamPosition& position) {
  accepted.with("Retry-After", "1").with("Ordo-Position", log::encode_position_token({position}));
}

}  // namespace

http::Problem reused() {
  return http::problem(http::ProblemCode::idempotency_key_reused,
                       "This Idempotency-Key was used for another request; take a new one.");
}

// One request on its way; the first one carries the command, those that join it only their answer.
struct CommandFlow::Attempt {
  Submission submission;
  log::Trace trace;
  std::shared_ptr<PendingAnswer> answer;
  std::optional<live::Waiters::Ticket> ticket;
  std::optional<std::chrono::seconds> patience;
};

void CommandFlow::run(Submission submission, const http::Request& request, http::Responder responder) {
  auto answer =
      std::make_shared<PendingAnswer>(std::move(responder), request.prefer_wait, std::move(submission.final_answer));
  const auto attempt = std::make_shared<Attempt>(
      Attempt{std::move(submission), trace_of(request), std::move(answer), std::nullopt, request.prefer_wait});
  if (!attempt->submission.keyed) {
    wait(attempt);
    append(attempt);
    return;
  }
  auto told = [answer = attempt->answer](const FirstAnswer& first) {
    answer->mark_replayed();
    answer->settled(first);
  };
  const auto& asked = attempt->submission;
  visit(
      repeats_.admit(asked.key_id, asked.fingerprint, std::move(told), std::chrono::steady_clock::now()),
      [&](const IdempotencyTable::First&) {
        wait(attempt);
        ask_known(attempt);
      },
      [&](const IdempotencyTable::Joined&) { wait(attempt); },
      [&](const IdempotencyTable::Reused&) { attempt->answer->settled(tl::unexpected(reused())); },
      [&](const http::Response& accepted) {
        attempt->answer->mark_replayed();
        wait(attempt);
        attempt->answer->settled(accepted);
        ask_outcome(attempt);
      });
}

// Before the command is appended: the feed tells each outcome once.
void CommandFlow::wait(const AttemptPointer& attempt) {
  if (!attempt->answer->waits()) return;
  const auto now = std::chrono::steady_clock::now();
  attempt->ticket = waiters_.add(attempt->submission.awaited, now, now + *attempt->patience,
                                 [answer = attempt->answer](const live::Outcome* outcome) {
                                   outcome ? answer->resolved(*outcome) : answer->time_is_up();
                                 });
  if (!attempt->ticket) return attempt->answer->time_is_up();
  attempt->answer->when_left([this, ticket = *attempt->ticket, answer = std::weak_ptr(attempt->answer)] {
    // Whoever only said his last word still hears that it is stored.
    if (const auto left = answer.lock(); waiters_.withdraw(ticket) && left) left->time_is_up();
  });
}

void CommandFlow::ask_known(const AttemptPointer& attempt) {
  if (attempt->submission.before) return hear_known(attempt, attempt->submission.before);
  auto* known = attempt->submission.known;
  const bool asked = known != nullptr && known->ask(attempt->submission.key_id, [this, attempt](const auto& answer) {
    hear_known(attempt, answer);
  });
  // Its owner decides each id once in any case.
  if (!asked) append(attempt);
}

// A repeat of what is done already need not wait for the next look-up.
void CommandFlow::ask_outcome(const AttemptPointer& attempt) {
  if (const auto& before = attempt->submission.before) {
    if (before->outcome) attempt->answer->resolved(*before->outcome);
    return;
  }
  auto* known = attempt->submission.known;
  if (known == nullptr || !attempt->answer->waits()) return;
  const bool asked = known->ask(attempt->submission.key_id, [answer = attempt->answer](const auto& command) {
    if (command && *command && (*command)->outcome) answer->resolved(*(*command)->outcome);
  });
  if (!asked) spdlog::debug("too many look-ups wait; a repeat waits for the next one");
}

void CommandFlow::hear_known(const AttemptPointer& attempt, const Result<std::optional<KnownCommand>>& known) {
  if (!known) spdlog::warn("repeats cannot be looked up: {}", known.error().text);
  if (!known || !*known) {
    append(attempt);
  } else if ((*known)->fingerprint != attempt->submission.fingerprint) {
    settle(attempt, tl::unexpected(reused()));
  } else {
    attempt->answer->mark_replayed();
    if ((*known)->outcome) attempt->answer->resolved(*(*known)->outcome);
    auto accepted = (*known)->accepted;
    // Where the command stood is not kept; whoever reads the row has passed it.
    complete(accepted, {{log::stream_of(attempt->submission.topic), attempt->submission.partition}, {}});
    settle(attempt, accepted);
  }
}

void CommandFlow::append(const AttemptPointer& attempt) {
  auto& submission = attempt->submission;
  if (submission.refusal) return settle(attempt, tl::unexpected(*submission.refusal));
  if (const auto later = refuse_new_(submission.partition)) return settle(attempt, tl::unexpected(overloaded(*later)));
  log::Event event;
  event.id = EventId::random();
  event.payload = std::move(submission.payload);
  event.trace = std::move(attempt->trace);
  event.trace.key = submission.key;
  event.time = submission.requested_at;
  const bool taken = appender_.submit(
      {submission.topic, submission.partition, std::move(event)},
      [this, attempt](Result<log::StreamPosition> position) {
        if (!position) {
          settle(attempt, tl::unexpected(not_taken(position.error())));
          return;
        }
        auto accepted = std::move(attempt->submission.accepted);
        complete(accepted, *position);
        settle(attempt, std::move(accepted));
      });
  if (!taken) settle(attempt, tl::unexpected(overloaded(std::chrono::seconds(kRetryAfterSeconds))));
}

void CommandFlow::settle(const AttemptPointer& attempt, const FirstAnswer& answer) {
  attempt->answer->settled(answer);
  if (attempt->ticket && !attempt->answer->waits()) waiters_.withdraw(*attempt->ticket);
  if (attempt->submission.keyed) {
    repeats_.settle(attempt->submission.key_id, answer, std::chrono::steady_clock::now());
  }
}

}  // namespace ordo::commands
