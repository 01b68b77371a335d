#include "events/notifications/letter.hpp"

#include "events/notifications/letter_v1.hpp"

namespace ordo::notifications {

Letter compose(Kind kind, Locale locale, const LetterFacts& facts) { return compose_v1(kind, locale, facts); }

std::optional<Letter> compose(std::uint32_t template_version, Kind kind, Locale locale, const LetterFacts& facts) {
  if (template_version == 1) return compose_v1(kind, locale, facts);
  return std::nullopt;
}

}  // namespace ordo::notifications
