#pragma once
// Purpose: what all lists have in common: limit, offset or cursor on the way in; items, next_cursor and Link on the way out.
// Threads: plain functions.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "events/vocabulary/ids.hpp"
#include "events/vocabulary/time.hpp"
#include "gateway/http/response.hpp"
#include "gateway/reads/cursor.hpp"
#include "gateway/reads/query_reader.hpp"

namespace ordo::reads {

inline constexpr std::int64_t kLimitDefault = 20;
inline constexpr std::int64_t kLimitMax = 100;
// Postgres counts off what an offset skips; whoever wants to go further takes the cursor, which costs nothing.
inline constexpr std::int64_t kOffsetMax = 10'000;

struct PageRequest {
  std::size_t limit = kLimitDefault;
  std::size_t offset = 0;
  std::optional<std::string> cursor;  // still sealed
};

[[nodiscard]] PageRequest read_page(QueryReader& query);

// {"items": […], "next_cursor": "…"}; `items_json` is the array. The link to the next page repeats the parameters that were read,
// which are checked and short; what else a client sends is not sent back to it. With a reason the list is degraded.
[[nodiscard]] http::Response page_response(const QueryReader& query, std::string_view items_json,
                                           const std::optional<std::string>& next_cursor, std::string_view degraded_reason = {});

// Places in lists that are sorted by time and id.
template <class SomeId>
struct TimedPlace {
  Timestamp time;
  SomeId id;
};

[[nodiscard]] std::string text_of_place(Timestamp time, const IdBytes& id);
[[nodiscard]] std::optional<TimedPlace<IdBytes>> parse_timed_place(std::string_view text);

// Opens the cursor, if there is one, and reads its place; `parse` answers nothing for what is none.
template <class Place>
[[nodiscard]] Result<std::optional<Place>, http::Problem> open_place(
    const CursorSeal& seal, std::string_view list, const PageRequest& page,
    const std::function<std::optional<Place>(std::string_view)>& parse) {
  if (!page.cursor) return std::nullopt;
  const auto opened = seal.open(list, *page.cursor);
  if (!opened) return tl::unexpected(opened.error());
  auto place = parse(*opened);
  if (!place) return http::refused(http::ProblemCode::invalid_cursor, "The cursor is of another version; begin again without it.");
  return place;
}

}  // namespace ordo::reads
