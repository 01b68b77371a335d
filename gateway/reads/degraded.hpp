#pragma once
// Purpose: how clients are told that what they read is degraded: an event of it waits for an operator, and so does what came later. What is
//          sound has no such members. Why it waits is not for clients.
// Threads: pure functions.

#include <string>
#include <string_view>

#include "events/vocabulary/json_text.hpp"

namespace ordo::reads {

inline constexpr std::string_view kOrderWaits = "an event of this order waits for an operator";
inline constexpr std::string_view kWalletWaits = "an event of this wallet waits for an operator";
inline constexpr std::string_view kLetterWaits = "an event of a letter waits for an operator";

// Two members, or none.
inline void write_degraded(JsonText& json, bool degraded, std::string_view reason) {
  if (degraded) json.member("degraded", true).member("degraded_reason", reason);
}

// What is degraded has another entity tag than before and after.
[[nodiscard]] inline std::string version_text(std::string version, bool degraded) {
  return degraded ? version + "-degraded" : version;
}

}  // namespace ordo::reads
