#include "events/log/jetstream/appender.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "events/log/jetstream/answers.hpp"
#include "events/log/jetstream/connection_parts.hpp"

namespace ordo::log::jetstream {
namespace {

constexpr std::chrono::milliseconds kRetryPause{50};

Instant now() { return std::chrono::steady_clock::now(); }

std::shared_ptr<void> to_message(const AppendRequest& request, const std::string& reply_subject) {
  natsMsg* made = nullptr;
  if (natsMsg_Create(&made, request.subject.c_str(), reply_subject.c_str(), request.payload.data(),
                     static_cast<int>(request.payload.size())) != NATS_OK) {
    return nullptr;
  }
  std::shared_ptr<void> message(made, [](void* owned) { natsMsg_Destroy(static_cast<natsMsg*>(owned)); });
  if (!request.expected_last_sequence) return message;
  // By hand: nats.c's own publish options take an expected sequence of 0 for "not asked".
  const auto expected = std::to_string(*request.expected_last_sequence);
  const auto status = natsMsgHeader_Set(made, "Nats-Expected-Last-Sequence", expected.c_str());
  return status == NATS_OK ? message : nullptr;
}

// Nothing was written to the connection.
bool is_unsent(natsStatus status) {
  return status == NATS_CONNECTION_CLOSED || status == NATS_INSUFFICIENT_BUFFER || status == NATS_MAX_PAYLOAD ||
         status == NATS_NO_MEMORY || status == NATS_INVALID_ARG || status == NATS_INVALID_SUBJECT ||
         status == NATS_DRAINING || status == NATS_NO_SERVER_SUPPORT;
}

Result<std::uint64_t> outcome_of(const PendingAppend& append, const AppendAnswer& answer) {
  const auto stream = text(append.stream);
  if (is_conflict(answer.error)) return failure(FailureKind::conflict, stream + ": " + answer.error.text);
  if (is_not_stored(answer.error)) return failure(FailureKind::unavailable, stream + ": " + answer.error.text);
  if (answer.error.code != 0) {
    return failure(FailureKind::timeout, fmt::format("{}: error {}: {}", stream, answer.error.code, answer.error.text));
  }
  // Seen after a change of leaders: "duplicate", sequence 0, and the message was not stored.
  const auto expected = append.expected_last_sequence.value_or(answer.sequence - 1) + 1;
  if (answer.stream != stream || answer.sequence == 0 || answer.duplicate || answer.sequence != expected) {
    return failure(FailureKind::timeout, fmt::format("{} was appended to, but {} answers with sequence {}", stream,
                                                     answer.stream, answer.sequence));
  }
  return answer.sequence;
}

}  // namespace

Appender::Appender(std::shared_ptr<Connection> connection, std::chrono::milliseconds append_timeout, Fenced fenced)
    : connection_(std::move(connection)), append_timeout_(append_timeout), inbox_(connection_->parts().new_inbox()), pending_(fenced) {}

Result<std::unique_ptr<Appender>> Appender::start(std::shared_ptr<Connection> connection,
                                                  std::chrono::milliseconds append_timeout, Fenced fenced) {
  std::unique_ptr<Appender> made(new Appender(std::move(connection), append_timeout, fenced));
  auto* const self = made.get();
  auto answers = AsyncSubscription::open(*self->connection_, self->inbox_ + ".*", "",
                                         [self](const MessageHandle& answer) { self->take_answer(answer.get()); });
  if (!answers) return tl::unexpected(answers.error());
  self->answers_ = std::move(*answers);
  self->observer_ = std::make_unique<DisconnectObserver>(*self->connection_, [self] {
    const std::lock_guard lock(self->mutex_);
    self->disconnected_ = true;
    self->wake();
  });
  self->thread_ = std::jthread([self](const std::stop_token& stop) { self->run(stop); });
  return made;
}

Appender::~Appender() {
  observer_.reset();
  answers_.reset();
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  Moves moves;
  moves.settle = std::move(to_tell_);
  pending_.settle_all("the log was closed", moves);
  tell(moves);
}

std::string Appender::reply_subject(Ticket ticket) const { return fmt::format("{}.{}", inbox_, ticket); }

void Appender::append(AppendRequest request, AppendSettled settled) {
  Moves moves;
  const bool fits = request.payload.size() <= kMessageBytesMax;
  if (!fits || !connection_->is_connected()) {
    auto refusal = fits ? failure(FailureKind::unavailable, "not connected to NATS")
                        : failure(FailureKind::corrupt, "the message is too large");
    moves.settle.push_back({std::move(settled), std::move(refusal)});
    return tell_later(moves);
  }
  const auto ticket = next_ticket_.fetch_add(1);
  auto message = to_message(request, reply_subject(ticket));
  {
    const std::lock_guard lock(mutex_);
    pending_.add(ticket,
                 {request.stream, request.expected_last_sequence, std::move(settled), now() + append_timeout_,
                  std::move(message)},
                 moves);
    if (sleeps_for_ever_) wake();
  }
  send(moves);
  tell_later(moves);
}

void Appender::send(Moves& moves) {
  auto* const connection = connection_->parts().handle.get();
  for (std::size_t index = 0; index < moves.send.size(); ++index) {
    const auto [ticket, message] = moves.send[index];
    const auto status = message ? natsConnection_PublishMsg(connection, static_cast<natsMsg*>(message.get())) : NATS_NO_MEMORY;
    if (status == NATS_OK) continue;
    const auto kind = is_unsent(status) ? FailureKind::unavailable : FailureKind::timeout;
    const std::lock_guard lock(mutex_);
    pending_.settle(ticket, failure(kind, natsStatus_GetText(status)), moves);
  }
  moves.send.clear();
}

void Appender::take_answer(natsMsg* answer) {
  const std::string_view subject = natsMsg_GetSubject(answer);
  const auto ticket = parse_number<Ticket>(subject.substr(subject.rfind('.') + 1));
  if (!ticket) return;
  if (natsMsg_IsNoResponders(answer)) {
    const std::lock_guard lock(mutex_);
    pending_.retry(*ticket, now() + kRetryPause);
    return wake();
  }
  const auto parsed = parse_append_answer(data_of(answer));
  Moves moves;
  {
    const std::lock_guard lock(mutex_);
    const auto* const append = pending_.find(*ticket);
    if (append == nullptr) return;
    auto outcome = parsed ? outcome_of(*append, *parsed)
                          : Result<std::uint64_t>(failure(FailureKind::timeout, "an answer that cannot be understood"));
    pending_.settle(*ticket, std::move(outcome), moves);
  }
  send(moves);  // first: the server works while we tell
  tell(moves);
}

void Appender::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    Moves moves;
    moves.settle = std::exchange(to_tell_, {});
    if (std::exchange(disconnected_, false)) pending_.settle_all("the connection was lost", moves);
    pending_.settle_late(now(), moves);
    pending_.send_due(now(), moves);
    if (moves.send.empty() && moves.settle.empty()) {
      sleep(lock, stop);
      continue;
    }
    lock.unlock();
    send(moves);
    tell(moves);
    lock.lock();
  }
}

// Deadlines only grow, so that an append which comes meanwhile need not wake a thread that waits for one.
void Appender::sleep(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  const auto woken = [this] { return std::exchange(woken_, false); };
  if (const auto due = pending_.next_due()) {
    changed_.wait_until(lock, stop, *due, woken);
  } else {
    sleeps_for_ever_ = true;
    changed_.wait(lock, stop, woken);
    sleeps_for_ever_ = false;
  }
}

void Appender::wake() {
  woken_ = true;
  changed_.notify_all();
}

void Appender::tell(Moves& moves) {
  const std::lock_guard telling(telling_mutex_);
  for (auto& [settled, outcome] : moves.settle) settled(std::move(outcome));
  moves.settle.clear();
}

void Appender::tell_later(Moves& moves) {
  if (moves.settle.empty()) return;
  const std::lock_guard lock(mutex_);
  std::ranges::move(moves.settle, std::back_inserter(to_tell_));
  wake();
}

}  // namespace ordo::log::jetstream
