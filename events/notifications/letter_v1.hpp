#pragma once
// Purpose: the first edition of the letters. Letters of this edition have been mailed: its words and its layout stay as they
//          are, and what is to change becomes another edition.
// Threads: pure function.

#include "events/notifications/letter.hpp"

namespace ordo::notifications {

[[nodiscard]] Letter compose_v1(Kind kind, Locale locale, const LetterFacts& facts);

}  // namespace ordo::notifications
