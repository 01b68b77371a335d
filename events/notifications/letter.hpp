#pragma once
// Purpose: the text of the letters, made from facts that the log holds: what was mailed can be shown again, word for word. No
//          name and no address enters a letter, so that forgetting a person leaves nothing behind in it.
// Threads: pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/notifications/events.hpp"
#include "events/orders/events.hpp"

namespace ordo::notifications {

// Which letter tells of this change of status; nothing when none does: a paid order that is cancelled is refunded next, and that is
// the letter its user waits for.
[[nodiscard]] std::optional<Kind> letter_about(const orders::OrderUpdateMessage& update);

struct LetterFacts {
  OrderId order_id;
  std::vector<orders::Item> items;  // a letter of refund tells none
  Money total;                      // with a letter of refund: what came back, which is all that was paid
  std::optional<orders::CancelReason> cancel_reason;  // with a letter of grief
};

// All UTF-8, lines end with "\n"; the subject is one line.
struct Letter {
  std::string subject;
  std::string text;
  std::string html;

  friend bool operator==(const Letter&, const Letter&) = default;
};

// Of the letters that are written today. Every older version can still be composed.
inline constexpr std::uint32_t kTemplateVersion = 1;

[[nodiscard]] Letter compose(Kind kind, Locale locale, const LetterFacts& facts);

// Nothing for a version that this program does not know.
[[nodiscard]] std::optional<Letter> compose(std::uint32_t template_version, Kind kind, Locale locale,
                                            const LetterFacts& facts);

}  // namespace ordo::notifications
