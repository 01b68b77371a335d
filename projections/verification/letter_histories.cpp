#include "projections/verification/letter_histories.hpp"

namespace ordo::projections {

MaybeContradiction LetterHistories::add(const notifications::NotificationSent& sent, const std::optional<log::Cause>&) {
  if (auto wrong = attempt(sent.notification_id, sent.order_id, sent.kind, sent.attempts)) return wrong;
  waiting_.erase(sent.notification_id);
  done_.insert(sent.notification_id);
  return std::nullopt;
}

MaybeContradiction LetterHistories::add(const notifications::NotificationFailed& failed, const std::optional<log::Cause>& cause) {
  if (auto wrong = attempt(failed.notification_id, failed.order_id, failed.kind, failed.attempts)) return wrong;
  if (failed.next_attempt) {
    waiting_.insert_or_assign(failed.notification_id, Waiting{failed.attempts, cause});
    return std::nullopt;
  }
  waiting_.erase(failed.notification_id);
  done_.insert(failed.notification_id);
  return std::nullopt;
}

const log::Cause* LetterHistories::cause_of_waiting(NotificationId id) const {
  const auto found = waiting_.find(id);
  return found == waiting_.end() || !found->second.cause ? nullptr : &*found->second.cause;
}

MaybeContradiction LetterHistories::attempt(NotificationId id, OrderId order, notifications::Kind kind, std::uint32_t attempts) const {
  const auto expected = notifications::notification_of(order, kind);
  if (id != expected) return Contradiction{"a letter is named after its order and kind", expected.text(), id.text()};
  if (done_.contains(id)) return Contradiction{"nothing follows a letter that is sent or given up", "no attempt", id.text() + " once more"};
  const auto found = waiting_.find(id);
  const auto before = found == waiting_.end() ? 0 : found->second.attempts;
  if (attempts == before + 1) return std::nullopt;
  return Contradiction{"a letter's attempts are counted one by one", std::to_string(before + 1), std::to_string(attempts)};
}

}  // namespace ordo::projections
