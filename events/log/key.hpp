#pragma once
// Purpose: whose an event is, to be read even where the event itself cannot be understood: what breaks is set aside by it.
// Threads: plain values.

#include <compare>
#include <optional>
#include <string>

#include "events/vocabulary/ids.hpp"

namespace ordo::log {

struct Key {
  UserId user;                   // who found the partition
  std::optional<OrderId> order;  // none: it is about the user, or the wallet

  friend constexpr auto operator<=>(const Key&, const Key&) = default;
};

// "order 0197…" or "user 0197…"
[[nodiscard]] std::string text(const Key& key);

}  // namespace ordo::log
