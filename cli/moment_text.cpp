#include "cli/moment_text.hpp"

#include <fmt/format.h>

#include "events/vocabulary/visit.hpp"

namespace ordo::cli {

std::optional<Timestamp> parse_time(std::string_view text) {
  if (const auto exact = parse_timestamp(text)) return exact;
  if (!text.ends_with('Z')) return std::nullopt;
  text.remove_suffix(1);
  return parse_timestamp(fmt::format("{}.000Z", text));
}

std::optional<log::StreamPosition> parse_place(std::string_view text) {
  if (const auto event = log::parse_stream_position(text)) return event;
  auto message = log::parse_stream_position(fmt::format("{}.0", text));
  if (message) message->position.index = projections::kLastIndex;
  return message;
}

std::optional<MomentName> parse_moment(std::string_view text) {
  if (text == "now") return Now{};
  if (const auto time = parse_time(text)) return *time;
  if (const auto place = parse_place(text)) return std::vector{*place};
  if (auto token = log::decode_position_token(text)) return std::move(*token);
  return std::nullopt;
}

std::string check_moment(const std::string& text) {
  return parse_moment(text) ? "" : fmt::format("{} is no moment: say {}", text, kMomentHelp);
}

Result<projections::Moment> moment_of(log::EventLog& log, const MomentName& name) {
  return visit(
      name, [](Now) -> Result<projections::Moment> { return projections::Moment(); },
      [](Timestamp time) -> Result<projections::Moment> { return projections::Moment(time); },
      [&](const std::vector<log::StreamPosition>& places) { return projections::Moment::at(log, places); });
}

}  // namespace ordo::cli
