#include "gateway/reads/page.hpp"

#include <charconv>

#include <fmt/format.h>

#include "gateway/reads/degraded.hpp"

namespace ordo::reads {
namespace {

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const char character : text) {
    const bool plain = (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
                       (character >= 'A' && character <= 'Z') || std::string_view("-._~").find(character) != std::string_view::npos;
    if (plain) {
      encoded.push_back(character);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(character));
    }
  }
  return encoded;
}

std::string next_link(const QueryReader& query, std::string_view cursor) {
  auto link = fmt::format("<{}?", query.path());
  for (const auto& parameter : query.read()) {
    if (parameter.name == "cursor" || parameter.name == "offset") continue;
    link += fmt::format("{}={}&", percent_encoded(parameter.name), percent_encoded(parameter.value));
  }
  return link + fmt::format("cursor={}>; rel=\"next\"", cursor);
}

}  // namespace

PageRequest read_page(QueryReader& query) {
  PageRequest page;
  page.limit = static_cast<std::size_t>(query.integer("limit", 1, kLimitMax, kLimitDefault));
  page.offset = static_cast<std::size_t>(query.integer("offset", 0, kOffsetMax, 0));
  if (const auto cursor = query.text("cursor")) page.cursor = std::string(*cursor);
  if (page.cursor && query.text("offset")) query.refuse("offset", "cannot be combined with a cursor");
  return page;
}

http::Response page_response(const QueryReader& query, std::string_view items_json,
                             const std::optional<std::string>& next_cursor, std::string_view degraded_reason) {
  JsonText json;
  json.open_object().raw_member("items", items_json).member_if("next_cursor", next_cursor);
  write_degraded(json, !degraded_reason.empty(), degraded_reason);
  auto response = http::json_response(200, json.close_object().take());
  if (next_cursor) response.with("Link", next_link(query, *next_cursor));
  return response;
}

std::string text_of_place(Timestamp time, const IdBytes& id) { return fmt::format("{} {}", time.unix_ms, uuid_text(id)); }

std::optional<TimedPlace<IdBytes>> parse_timed_place(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  TimedPlace<IdBytes> place;
  const auto* end = text.data() + space;
  const auto [stopped, error] = std::from_chars(text.data(), end, place.time.unix_ms);
  const auto id = parse_uuid(text.substr(space + 1));
  if (error != std::errc{} || stopped != end || !id) return std::nullopt;
  place.id = *id;
  return place;
}

}  // namespace ordo::reads
