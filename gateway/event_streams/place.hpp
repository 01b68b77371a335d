#pragma once
// Purpose: where a client is in the events that it watches: one mark for each stream that tells of its orders, all of one partition. It is
//          what the `id:` of an event says, sealed, and thus all that is needed to go on: no gateway remembers a client.
// Threads: plain values.

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/log/stream.hpp"
#include "query-side/event_place.hpp"

namespace ordo::event_streams {

// All events of a stream that stand before it have been told. Event i of a message is two steps: the client's command, which it was
// decided upon (2i to 2i+1), and itself (2i+1 to 2i+2).
struct Mark {
  std::uint64_t sequence = 0;
  std::uint32_t step = 0;

  friend constexpr auto operator<=>(const Mark&, const Mark&) = default;
};

[[nodiscard]] constexpr Mark behind_command(const EventPlace& place) { return {place.sequence, 2 * place.index + 1}; }
[[nodiscard]] constexpr Mark behind(const EventPlace& place) { return {place.sequence, 2 * place.index + 2}; }

inline constexpr std::array kWatchedKinds{log::StreamKind::orders, log::StreamKind::billing, log::StreamKind::notifications};

struct Place {
  std::array<Mark, kWatchedKinds.size()> marks{};  // as kWatchedKinds

  friend constexpr bool operator==(const Place&, const Place&) = default;
};

// Which of kWatchedKinds a stream is of: "ORDERS-2" is 0. Nothing for others.
[[nodiscard]] std::optional<std::size_t> watched_kind(std::string_view stream);

// The first event of a stream that is not behind the mark.
[[nodiscard]] EventPlace first_beyond(const Place& place, std::size_t kind, log::Partition partition);

[[nodiscard]] std::string text(const Place& place);
[[nodiscard]] std::optional<Place> parse_place(std::string_view text);

}  // namespace ordo::event_streams
