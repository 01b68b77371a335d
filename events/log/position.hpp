#pragma once
// Purpose: where in the log something stands.
// Threads: plain values.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/log/stream.hpp"
#include "events/vocabulary/result.hpp"

namespace ordo::log {

// An event of a stream: the sequence of its message (from 1) and its place among the message's events (from 0).
struct Position {
  std::uint64_t sequence = 0;
  std::uint32_t index = 0;

  friend constexpr auto operator<=>(const Position&, const Position&) = default;
};

struct StreamPosition {
  StreamName stream;
  Position position;

  friend constexpr auto operator<=>(const StreamPosition&, const StreamPosition&) = default;
};

// "ORDERS-2@1234.7", as operators read and write it.
[[nodiscard]] std::string text(const StreamPosition& position);
[[nodiscard]] std::optional<StreamPosition> parse_stream_position(std::string_view text);

// What a client is given as `Ordo-Position` and may send back: one entry for each stream that it speaks of, unpadded
// base64url, opaque to the client.
[[nodiscard]] std::string encode_position_token(const std::vector<StreamPosition>& positions);
// Errors: corrupt, for anything that `encode_position_token` did not make.
[[nodiscard]] Result<std::vector<StreamPosition>> decode_position_token(std::string_view token);

}  // namespace ordo::log
