#include "events/log/archive/log_line.hpp"

#include <charconv>

#include <fmt/format.h>
#include <sodium.h>

#include "events/vocabulary/json_visit.hpp"

namespace ordo::log::archive {
namespace {

constexpr int kBase64 = sodium_base64_VARIANT_ORIGINAL;

std::string to_base64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kBase64), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), kBase64);
  text.pop_back();
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const auto failed = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                                        &size, nullptr, kBase64);
  if (failed != 0) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

// What stands in a line, of the members that count.
struct Members {
  std::optional<std::string> format, stream, subject, chain, message;
  std::optional<std::uint64_t> version, partitions, sequence;
  bool is_end = false;
  bool sound = true;
  Sections sections;

  void take(std::string_view path, std::string_view value) {
    if (path == "format") format = value;
    else if (path == "version") version = parse_count(value);
    else if (path == "partitions") partitions = parse_count(value);
    else if (path == "stream") stream = value;
    else if (path == "sequence") sequence = parse_count(value);
    else if (path == "subject") subject = value;
    else if (path == "chain") chain = value;
    else if (path == "message") message = value;
    else if (path == "end") is_end = true;
    else if (path.starts_with("streams.")) take_section(path.substr(path.find('.') + 1), value);
  }

  void take_section(std::string_view path, std::string_view value) {
    const auto dot = path.find('.');
    const auto name = parse_stream_name(path.substr(0, dot));
    sound = sound && name && dot != std::string_view::npos && read_section_member(sections[*name], path.substr(dot + 1), value);
  }
};

Result<LogLine> to_header(const Members& members) {
  if (*members.format != kLogFormat) return failure(FailureKind::corrupt, fmt::format("it is of the format {}", *members.format));
  if (members.version != kLogVersion) {
    return failure(FailureKind::corrupt, fmt::format("it is of version {}, this program knows {}: use the one that wrote it, or a newer one",
                                                     members.version.value_or(0), kLogVersion));
  }
  const auto partitions = members.partitions.value_or(0);
  if (partitions == 0 || partitions > kPartitionsMax) return failure(FailureKind::corrupt, "it does not say how many partitions there are");
  return HeaderLine{static_cast<Partition>(partitions)};
}

Result<LogLine> to_message(Members& members) {
  const auto stream = parse_stream_name(members.stream.value_or(""));
  auto payload = from_base64(*members.message);
  if (!stream || !payload || !members.subject || !members.chain || members.sequence.value_or(0) == 0) {
    return failure(FailureKind::corrupt, "the line is no message of the log");
  }
  return MessageLine{{*stream, *members.sequence, std::move(*members.subject), std::move(*payload)}, std::move(*members.chain)};
}

}  // namespace

std::optional<std::uint64_t> parse_count(std::string_view digits) {
  std::uint64_t count = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, count);
  return error == std::errc{} && stopped == end ? std::optional(count) : std::nullopt;
}

std::string header_line(Partition partitions) {
  return JsonText()
      .open_object()
      .member("format", kLogFormat)
      .member("version", kLogVersion)
      .member("partitions", partitions)
      .close_object()
      .take();
}

void write_message(JsonText& json, const StoredMessage& message, std::string_view chain) {
  json.member("stream", text(message.stream)).member("sequence", message.sequence).member("subject", message.subject);
  write_content(json, message, chain);
}

void write_content(JsonText& json, const StoredMessage& message, std::string_view chain) {
  // No character of base64 needs escaping.
  json.member("chain", chain).key("message").raw(fmt::format("\"{}\"", to_base64(message.payload)));
}

void write_section(JsonText& json, const Section& section) {
  json.member("first", section.first).member("last", section.last).member("messages", section.messages);
  json.member("events", section.events).member("chain", section.chain);
}

std::string end_line(const Sections& sections) {
  JsonText json;
  json.open_object().member("end", true).key("streams").open_object();
  for (const auto& [stream, section] : sections) {
    json.key(text(stream)).open_object();
    write_section(json, section);
    json.close_object();
  }
  return json.close_object().close_object().take();
}

bool read_section_member(Section& section, std::string_view member, std::string_view value) {
  if (member == "chain") return section.chain = value, true;
  const auto count = parse_count(value);
  if (!count) return false;
  if (member == "first") return section.first = *count, *count > 0;
  if (member == "last") return section.last = *count, true;
  if (member == "messages") return section.messages = *count, true;
  if (member == "events") return section.events = *count, true;
  return false;
}

Result<LogLine> parse_log_line(std::string_view line) {
  Members members;
  const bool is_json = visit_json(line, [&](std::string_view path, std::string_view value) { members.take(path, value); });
  if (!is_json || !members.sound) return failure(FailureKind::corrupt, "the line is no line of such a file");
  if (members.format) return to_header(members);
  if (members.is_end) return EndLine{std::move(members.sections)};
  if (members.message) return to_message(members);
  return PeopleLine{};
}

}  // namespace ordo::log::archive
