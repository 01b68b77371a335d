#pragma once
// Purpose: the lines of a file that holds messages of the log, as JSON. Such a file begins with a header and ends with what its streams add
//          up to; between them stands a line for every message, and lines that only people read.
//            {"format":"ordo-log","version":1,"partitions":4}
//            {"stream":"ORDERS-2","sequence":17,"subject":"orders.pending.2","chain":"…","message":"…base64…"}
//            {"end":true,"streams":{"ORDERS-2":{"first":1,"last":17,"messages":17,"events":40,"chain":"…"}}}
//          Whatever else stands in a line is for people; of a line without "message", all of it.
// Errors:  corrupt, for a line that is none of these, or of a version that this program does not know; the text says which it is.
// Threads: pure functions.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "events/log/event_log.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::log::archive {

inline constexpr std::string_view kLogFormat = "ordo-log";
inline constexpr std::uint64_t kLogVersion = 1;

// What a file holds of one stream: from first to last without a gap; none: last is first - 1.
struct Section {
  std::uint64_t first = 1;
  std::uint64_t last = 0;
  std::uint64_t messages = 0;
  std::uint64_t events = 0;
  std::string chain;  // the last link

  friend bool operator==(const Section&, const Section&) = default;
};
using Sections = std::map<StreamName, Section>;

struct HeaderLine {
  Partition partitions = 0;
};
struct MessageLine {
  StoredMessage message;
  std::string chain;
};
struct PeopleLine {};
struct EndLine {
  Sections sections;
};
using LogLine = std::variant<HeaderLine, MessageLine, PeopleLine, EndLine>;

[[nodiscard]] std::string header_line(Partition partitions);
// Adds the members of a message to an open object.
void write_message(JsonText& json, const StoredMessage& message, std::string_view chain);
// The same but for stream, sequence and subject, for those who have written these.
void write_content(JsonText& json, const StoredMessage& message, std::string_view chain);
void write_section(JsonText& json, const Section& section);
[[nodiscard]] std::string end_line(const Sections& sections);

[[nodiscard]] Result<LogLine> parse_log_line(std::string_view line);

// Takes the members of a section, one by one: "first", "last", … False: it is none of them, or has no such value.
[[nodiscard]] bool read_section_member(Section& section, std::string_view member, std::string_view value);

[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view digits);

}  // namespace ordo::log::archive
