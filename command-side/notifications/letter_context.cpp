#include "command-side/notifications/letter_context.hpp"

#include <algorithm>
#include <array>

#include "events/vocabulary/visit.hpp"

namespace ordo::notifications {
namespace {

constexpr std::array kInputs{log::StreamKind::orders};

NotificationId id_of(const Event& event) {
  return visit(event, [](const auto& letter) { return letter.notification_id; });
}

bool waits_for_retry(const Event& event) {
  const auto* failed = std::get_if<NotificationFailed>(&event);
  return failed != nullptr && failed->next_attempt.has_value();
}

}  // namespace

LetterContext::LetterContext(log::Partition partition, Desk& desk, runtime::Mailbox& mailbox)
    : partition_(partition), desk_(desk), reports_(std::make_shared<ReportBox>(mailbox)) {}

LetterContext::~LetterContext() { reports_->close(); }

std::span<const log::StreamKind> LetterContext::inputs() const { return kInputs; }

Result<void> LetterContext::fold(const log::Event& own) {
  const auto event = decode(own.payload);
  if (!event) return tl::unexpected(event.error());
  const auto id = id_of(*event);
  if (waits_for_retry(*event) && own.cause) {
    letters_.origins.insert_or_assign(id, LetterOrigin{*own.cause, own.trace});
  } else {
    letters_.origins.erase(id);
  }
  letters_.book = LetterDecider::evolve(std::move(letters_.book), *event);
  return {};
}

Result<void> LetterContext::load_state(std::string_view bytes) {
  auto letters = load_letters(bytes);
  if (!letters) return tl::unexpected(letters.error());
  letters_ = std::move(*letters);
  return {};
}

Result<void> LetterContext::take(const runtime::Input& input, runtime::Journal& journal) {
  auto event = orders::decode(input.event.payload);
  if (!event) return tl::unexpected(event.error());
  Waiting waiting{input.stream, input.position, input.cause(), input.event.trace, std::nullopt, std::nullopt, std::nullopt};
  if (auto* update = std::get_if<orders::OrderUpdateMessage>(&*event)) {
    const auto delivery = delivery_for(*update, input.position);
    // One that failed was recorded out of order at an owner's end: it is tried again when its time has come, not now.
    if (delivery && !letters_.book.is_done(delivery->notification_id) && !letters_.book.retry_of(delivery->notification_id)) {
      waiting.ticket = next_ticket_++;
      start(*waiting.ticket, *delivery, std::pair{std::move(*update), input.event.trace});
    }
  }
  queue_.push_back(std::move(waiting));
  record_finished(journal);
  return {};
}

void LetterContext::conclude(const runtime::Input& input, std::optional<runtime::Decision> decision, runtime::Journal& journal) {
  queue_.push_back({input.stream, input.position, input.cause(), input.event.trace, std::nullopt, std::nullopt, std::move(decision)});
  record_finished(journal);
}

void LetterContext::start(std::uint64_t ticket, Delivery delivery,
                          std::optional<std::pair<orders::OrderUpdateMessage, log::Trace>> content) {
  desk_.submit({ticket, delivery, partition_, std::move(content), reports_});
}

Result<void> LetterContext::noted(std::uint64_t ticket, runtime::Journal& journal) {
  auto report = reports_->take(ticket);
  if (!report) return {};  // of a context that was dropped
  if (const auto retry = retries_.find(ticket); retry != retries_.end()) {
    const auto id = retry->second;
    retries_.erase(retry);
    retried_now_.erase(id);
    const auto origin = letters_.origins.find(id);
    if (origin == letters_.origins.end()) return {};  // its order's update stood in the log twice, and the other letter is recorded
    const auto [cause, trace] = origin->second;
    record(*report, cause, trace, journal);
    return {};
  }
  const auto waiting = std::ranges::find(queue_, std::optional(ticket), &Waiting::ticket);
  if (waiting != queue_.end()) waiting->report = std::move(report);
  if (winding_up_) {
    record_out_of_order(journal);
  } else {
    record_finished(journal);
  }
  return {};
}

// From the front only: what is recorded tells, by its checkpoint, that everything before it is decided.
void LetterContext::record_finished(runtime::Journal& journal) {
  while (!queue_.empty() && (!queue_.front().ticket || queue_.front().report)) {
    auto& first = queue_.front();
    if (first.report) record(*first.report, first.cause, first.trace, journal);
    if (first.decision) journal.record(std::move(*first.decision), first.cause, first.trace);
    journal.decided(first.stream, first.position);
    queue_.pop_front();
  }
}

// Letters that went out behind one that never began are recorded all the same, without a checkpoint that covers them: read again, they
// are known.
void LetterContext::wind_up(runtime::Journal& journal) {
  winding_up_ = true;
  reports_->begin_no_more();
  record_out_of_order(journal);
}

void LetterContext::record_out_of_order(runtime::Journal& journal) {
  for (auto& waiting : queue_) {
    if (const auto report = std::exchange(waiting.report, std::nullopt)) record(*report, waiting.cause, waiting.trace, journal);
  }
}

void LetterContext::record(const DeliveryReport& report, const log::Cause& cause, const log::Trace& trace,
                           runtime::Journal& journal) {
  const auto decision = LetterDecider::decide(letters_.book, report);
  if (!decision || !*decision) return;
  const auto& event = **decision;
  journal.record({topic_of(event), encode(event)}, cause, trace);
  if (waits_for_retry(event)) {
    letters_.origins.insert_or_assign(id_of(event), LetterOrigin{cause, trace});
  } else {
    letters_.origins.erase(id_of(event));
  }
  letters_.book = LetterDecider::evolve(std::move(letters_.book), event);
}

Result<void> LetterContext::tick(Timestamp now) {
  if (retries_.size() >= kRetriesUnderWayMax) return {};
  // Those under way are due as well, hence the room for them.
  for (const auto& retry : letters_.book.due(now, kRetriesUnderWayMax + retries_.size())) {
    const auto id = retry.delivery.notification_id;
    if (retries_.size() >= kRetriesUnderWayMax) break;
    if (!retried_now_.insert(id).second) continue;
    const auto ticket = next_ticket_++;
    retries_.emplace(ticket, id);
    start(ticket, retry.delivery, std::nullopt);
  }
  return {};
}

}  // namespace ordo::notifications
