#pragma once
// Purpose: the events of orders that stand behind a place, for many who watch at once: of one order each, or of all of a user's.
// The timeline of a stream is written in the order of the stream, by one lane, so what stands before a row that is seen has been seen, or
//   will be answered too. The exception is parked events, which become rows late: behind the first one of a user nothing of that stream is
//   answered to who watches all that is his. (Of one order there is nothing behind its parked event: what follows it is parked as well.)
// A client's command has no place of its own here: it comes with the event that was decided upon it, and just before it. The inbox's
//   sequences would not do, as a command that waited for an operator is decided later than others behind it.
// Errors and threads: as orders.hpp.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "query-side/orders/history.hpp"

namespace ordo::orders {

// What of a stream is answered at once at most to each question: so many events, and so much data of theirs but for the last one's.
inline constexpr std::int64_t kFreshEventsMax = 20;
inline constexpr std::int64_t kFreshBytesMax = 64 * 1024;

struct FreshQuestion {
  std::uint64_t number = 0;  // whose it is: stands on each answer
  std::variant<OrderId, UserId> whose;
  EventPlace from;  // this one too
};

struct FreshEvent {
  std::uint64_t number = 0;
  HistoryEntry event;
  std::optional<HistoryEntry> command;  // of the client, which it was decided upon
  // How far the cause's stream had been read by then: a cause that stands there and is not told will not be.
  std::uint64_t cause_stream_read = 0;
};

// By number, and by place for each stream.
[[nodiscard]] Result<std::vector<FreshEvent>> fresh_events(postgres::Pool& pool, std::span<const FreshQuestion> questions);

}  // namespace ordo::orders
