#include "events/notifications/letter.hpp"

#include "events/notifications/letter_v1.hpp"

namespace ordo::notifications {

std::optional<Kind> letter_about(const orders::OrderUpdateMessage& update) {
  switch (update.status) {
    case orders::Status::paid: return Kind::happiness;
    case orders::Status::refunded: return Kind::refund;
    case orders::Status::cancelled:
      if (update.reason != orders::CancelReason::requested) return Kind::grief;
      return update.payment_operation_id ? std::nullopt : std::optional(Kind::cancellation);
    case orders::Status::new_:
    case orders::Status::pending: return std::nullopt;
  }
  return std::nullopt;
}

Letter compose(Kind kind, Locale locale, const LetterFacts& facts) { return compose_v1(kind, locale, facts); }

std::optional<Letter> compose(std::uint32_t template_version, Kind kind, Locale locale, const LetterFacts& facts) {
  if (template_version == 1) return compose_v1(kind, locale, facts);
  return std::nullopt;
}

}  // namespace ordo::notifications
