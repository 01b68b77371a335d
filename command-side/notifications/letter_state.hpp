#pragma once
// Purpose: the letters of one partition, and where those come from that wait for a retry, as bytes, for snapshots.
// Errors: `load_letters` answers corrupt.
// Threads: pure functions.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "command-side/notifications/letter_book.hpp"
#include "events/log/event.hpp"

namespace ordo::notifications {

// Raised whenever the bytes, or what folding the same events gives, change.
inline constexpr std::uint32_t kLettersVersion = 1;

// What the events of a letter that is tried again name as cause, and whom they are traced to.
struct LetterOrigin {
  log::Cause cause;
  log::Trace trace;
};
using LetterOrigins = std::unordered_map<NotificationId, LetterOrigin>;

struct Letters {
  LetterBook book;
  LetterOrigins origins;  // of every letter that waits for a retry, and of no other
};

[[nodiscard]] std::string save(const Letters& letters);
[[nodiscard]] Result<Letters> load_letters(std::string_view bytes);

}  // namespace ordo::notifications
