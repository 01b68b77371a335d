#pragma once
// Purpose: the history of every letter of a partition: one letter of each kind per order, attempts counted one by one, nothing after
//          it was sent or given up.
// Memory:  25 bytes per letter that is done, about 100 per letter that waits.
// Threads: one.

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "events/log/event.hpp"
#include "events/notifications/events.hpp"
#include "events/vocabulary/id_set.hpp"
#include "projections/verification/books.hpp"

namespace ordo::projections {

class LetterHistories {
 public:
  // Events of one letter come in order.
  [[nodiscard]] MaybeContradiction add(const notifications::NotificationSent& sent, const std::optional<log::Cause>& cause);
  [[nodiscard]] MaybeContradiction add(const notifications::NotificationFailed& failed, const std::optional<log::Cause>& cause);

  // What a letter's first attempt named as its cause, while it waits for the next one: that was looked up already.
  [[nodiscard]] const log::Cause* cause_of_waiting(NotificationId id) const;

 private:
  struct Waiting {
    std::uint32_t attempts = 0;
    std::optional<log::Cause> cause;
  };

  [[nodiscard]] MaybeContradiction attempt(NotificationId id, OrderId order, notifications::Kind kind, std::uint32_t attempts) const;

  IdSet<NotificationId> done_;
  std::unordered_map<NotificationId, Waiting> waiting_;
};

}  // namespace ordo::projections
