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
  auto& waiting = wait_for(input);
  if (auto* update = std::get_if<orders::OrderUpdateMessage>(&*event)) {
    const auto delivery = delivery_for(*update, input.position);
    // One that failed was recorded out of order at an owner's end: it is tried again when its time has come, not now.
    if (delivery && !letters_.book.is_done(delivery->notification_id) && !letters_.book.retry_of(delivery->notification_id)) {
      waiting.has_letter = true;
      start(waiting.ticket, *delivery, LetterContent{std::move(*update), input.event.trace});
    }
  }
  record_finished(journal);
  return {};
}

void LetterContext::conclude(const runtime::Input& input, std::optional<runtime::Decision> decision, runtime::Journal& journal) {
  wait_for(input).decision = std::move(decision);
  record_finished(journal);
}

LetterContext::Waiting& LetterContext::wait_for(const runtime::Input& input) {
  return queue_.emplace_back(Waiting{input.stream, input.position, input.cause(), input.event.trace, next_ticket_++, false, {}, {}});
}

void LetterContext::start(std::uint64_t ticket, const Delivery& delivery, std::optional<LetterContent> content) {
  to_submit_.push_back({ticket, delivery, partition_, std::move(content), reports_});
}

Result<void> LetterContext::noted(runtime::Journal& journal) {
  for (auto& report : reports_->take()) settle(std::move(report), journal);
  if (winding_up_) {
    record_out_of_order(journal);
  } else {
    record_finished(journal);
  }
  return {};
}

void LetterContext::settle(ReportBox::Report report, runtime::Journal& journal) {
  const auto retry = retries_.find(report.ticket);
  if (retry == retries_.end()) {
    const auto waiting = std::ranges::lower_bound(queue_, report.ticket, {}, &Waiting::ticket);
    if (waiting != queue_.end() && waiting->ticket == report.ticket) waiting->report = std::move(report.report);
    return;
  }
  const auto id = retry->second;
  retries_.erase(retry);
  retried_now_.erase(id);
  const auto origin = letters_.origins.find(id);
  if (origin == letters_.origins.end()) return;  // its order's update stood in the log twice, and the other letter is recorded
  const auto [cause, trace] = origin->second;
  record(report.report, cause, trace, journal);
}

// From the front only: what is recorded tells, by its checkpoint, that everything before it is decided.
void LetterContext::record_finished(runtime::Journal& journal) {
  while (!queue_.empty() && (!queue_.front().has_letter || queue_.front().report)) {
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
  start_retries(now);
  desk_.submit(std::exchange(to_submit_, {}));
  return {};
}

void LetterContext::start_retries(Timestamp now) {
  if (retries_.size() >= kRetriesUnderWayMax) return;
  // Those under way are due as well, hence the room for them.
  for (const auto& retry : letters_.book.due(now, kRetriesUnderWayMax + retries_.size())) {
    const auto id = retry.delivery.notification_id;
    if (retries_.size() >= kRetriesUnderWayMax) break;
    if (!retried_now_.insert(id).second) continue;
    const auto ticket = next_ticket_++;
    retries_.emplace(ticket, id);
    start(ticket, retry.delivery, std::nullopt);
  }
}

}  // namespace ordo::notifications
