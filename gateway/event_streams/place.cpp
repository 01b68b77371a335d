#include "gateway/event_streams/place.hpp"

#include <charconv>

#include <fmt/format.h>

namespace ordo::event_streams {
namespace {

// Takes a number and what stands behind it off the text; no character: nothing may stand there.
template <class Number>
bool take(std::string_view& text, Number& number, char behind) {
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(stopped - text.data()));
  if (behind == '\0') return text.empty();
  if (text.empty() || text.front() != behind) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<std::size_t> watched_kind(std::string_view stream) {
  const auto name = log::parse_stream_name(stream);
  for (std::size_t kind = 0; name && kind < kWatchedKinds.size(); ++kind) {
    if (kWatchedKinds[kind] == name->kind) return kind;
  }
  return std::nullopt;
}

EventPlace first_beyond(const Place& place, std::size_t kind, log::Partition partition) {
  const auto& mark = place.marks[kind];
  return {log::text(log::StreamName{kWatchedKinds[kind], partition}), mark.sequence, mark.step / 2};
}

std::string text(const Place& place) {
  std::string text;
  for (const auto& mark : place.marks) text += fmt::format("{}{}.{}", text.empty() ? "" : " ", mark.sequence, mark.step);
  return text;
}

std::optional<Place> parse_place(std::string_view text) {
  Place place;
  for (std::size_t kind = 0; kind < place.marks.size(); ++kind) {
    auto& mark = place.marks[kind];
    if (!take(text, mark.sequence, '.') || !take(text, mark.step, kind + 1 < place.marks.size() ? ' ' : '\0')) return std::nullopt;
  }
  return place;
}

}  // namespace ordo::event_streams
