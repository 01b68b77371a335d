#include "command-side/notifications/letter_book.hpp"

#include <algorithm>

#include "events/notifications/letter.hpp"
#include "events/vocabulary/visit.hpp"

namespace ordo::notifications {
namespace {

std::optional<Timestamp> next_attempt(const Undelivered& failure, std::uint32_t attempts, Timestamp now) {
  if (failure.permanent || attempts >= kAttemptsMax) return std::nullopt;
  const auto doublings = std::min<std::uint32_t>(attempts - 1, 20);
  const auto delay = std::min(kRetryDelayMsMin << doublings, kRetryDelayMsMax);
  return Timestamp{now.unix_ms + delay};
}

}  // namespace

std::optional<Delivery> delivery_for(const orders::OrderUpdateMessage& update, log::Position position) {
  const auto kind = letter_about(update);
  if (!kind) return std::nullopt;
  const auto order = update.purchase.order_id;
  return Delivery{notification_of(order, *kind), order, update.purchase.user_id, *kind, position};
}

const Retry* LetterBook::retry_of(NotificationId id) const {
  const auto found = waiting_.find(id);
  return found == waiting_.end() ? nullptr : &found->second;
}

std::vector<Retry> LetterBook::due(Timestamp now, std::size_t count_max) const {
  std::vector<Retry> retries;
  for (const auto& [time, id] : by_time_) {
    if (time > now || retries.size() == count_max) break;
    retries.push_back(waiting_.at(id));
  }
  return retries;
}

void LetterBook::forget_retry(NotificationId id) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  by_time_.erase({found->second.next_attempt, id});
  waiting_.erase(found);
}

void LetterBook::finish(NotificationId id) {
  forget_retry(id);
  done_.insert(id);
}

void LetterBook::postpone(Retry retry) {
  const auto id = retry.delivery.notification_id;
  forget_retry(id);
  by_time_.emplace(retry.next_attempt, id);
  waiting_.emplace(id, std::move(retry));
}

Result<std::optional<Event>, LetterRejection> LetterDecider::decide(const LetterBook& book, const Input& report) {
  const auto& [delivery, outcome, at] = report;
  if (book.is_done(delivery.notification_id)) return std::nullopt;
  const auto* before = book.retry_of(delivery.notification_id);
  const auto attempts = (before == nullptr ? 0 : before->attempts) + 1;
  return visit(
      outcome,
      [&, &delivery = delivery](const Delivered& sent) -> Event {
        return NotificationSent{delivery.notification_id, delivery.order_id, delivery.user_id,       sent.channel,
                                delivery.kind,            sent.locale,       sent.template_version, attempts};
      },
      [&, &delivery = delivery, at = at](const Undelivered& failed) -> Event {
        return NotificationFailed{delivery.notification_id,
                                  delivery.order_id,
                                  delivery.user_id,
                                  Channel::email,
                                  delivery.kind,
                                  attempts,
                                  failed.reason,
                                  next_attempt(failed, attempts, at),
                                  delivery.order_update};
      });
}

LetterBook LetterDecider::evolve(LetterBook book, const Event& event) {
  visit(
      event, [&](const NotificationSent& sent) { book.finish(sent.notification_id); },
      [&](const NotificationFailed& failed) {
        if (!failed.next_attempt) return book.finish(failed.notification_id);
        const Delivery delivery{failed.notification_id, failed.order_id, failed.user_id, failed.kind,
                                failed.order_update};
        book.postpone({delivery, failed.attempts, *failed.next_attempt});
      });
  return book;
}

}  // namespace ordo::notifications
