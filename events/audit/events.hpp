#pragma once
// Purpose: what operators did to the system by hand: who, what, why, and what came of it. It is said twice under one id, before the
//          change and after it. Of a change that was begun and of which nothing more is said, nobody knows the outcome: whoever made it
//          was killed, or could not reach the log any more.
// Requires: no personal data of customers: arguments and outcomes name people by their ids.
// Errors: `decode` answers corrupt for a damaged payload and for a type it does not know.
// Threads: plain values.

#include <cstdint>
#include <string>
#include <string_view>

#include "events/log/event.hpp"

namespace ordo::audit {

using ActId = Id<struct ActTag>;

// The numbers are stored: only add.
enum class Stage : std::uint8_t { begun = 1, done = 2, failed = 3 };

struct OperatorActed {
  ActId act;
  Stage stage = Stage::begun;
  std::string actor;      // "anna@host-3"
  std::string action;     // "parked discard"
  std::string arguments;  // may be empty
  std::string reason;     // empty: none was given
  std::string outcome;    // in words; empty as long as it is only begun

  friend bool operator==(const OperatorActed&, const OperatorActed&) = default;
};

[[nodiscard]] log::Payload encode(const OperatorActed& acted);
[[nodiscard]] Result<OperatorActed> decode(const log::Payload& payload);

// "begun", "done", "failed"
[[nodiscard]] std::string_view text(Stage stage);

}  // namespace ordo::audit
