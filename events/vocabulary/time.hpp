#pragma once
// Purpose: points in time, in UTC, to the millisecond, and the clock that deciders are never given.
// Units: milliseconds since 1970-01-01T00:00:00Z.
// Threads: `SystemClock` may be shared by all.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ordo {

struct Timestamp {
  std::int64_t unix_ms = 0;

  friend constexpr auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

// RFC 3339 with milliseconds: "2026-01-31T23:59:59.999Z". What lies before the year 0 or behind 9999, which only damage can say, reads
// as their first or last moment.
[[nodiscard]] std::string text(Timestamp time);
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() override;
};

}  // namespace ordo
