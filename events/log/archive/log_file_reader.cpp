#include <algorithm>

#include <fmt/format.h>

#include "events/log/archive/log_file.hpp"

namespace ordo::log::archive {
namespace {

// A message under a foreign subject would be stored in another stream.
bool belongs_there(const StoredMessage& message, Partition partitions) {
  const auto subjects = subjects_of(message.stream);
  return message.stream.partition < partitions && std::ranges::find(subjects, message.subject) != subjects.end();
}

bool is_sound(const Section& section) {
  return section.last + 1 >= section.first && section.messages == section.last + 1 - section.first;
}

}  // namespace

Result<LogFileReader> LogFileReader::open(const std::string& path) {
  auto lines = LineReader::open(path);
  if (!lines) return tl::unexpected(lines.error());
  LogFileReader reader(std::move(*lines));
  const auto line = reader.next_line();
  if (!line) return tl::unexpected(line.error());
  const auto parsed = parse_log_line(*line);
  if (!parsed) return reader.wrong(parsed.error().text);
  const auto* header = std::get_if<HeaderLine>(&*parsed);
  if (header == nullptr) return reader.wrong("no header stands there: it is no file of messages");
  reader.partitions_ = header->partitions;
  return reader;
}

tl::unexpected<Failure> LogFileReader::wrong(const std::string& how) const {
  return failure(FailureKind::corrupt, fmt::format("{} line {}: {}", lines_.path(), lines_.line_number(), how));
}

Result<std::string_view> LogFileReader::next_line() {
  const auto line = lines_.next();
  if (!line) return tl::unexpected(line.error());
  if (!*line) {
    return failure(FailureKind::corrupt, fmt::format("{} is cut off behind line {}: its end is missing", lines_.path(), lines_.line_number()));
  }
  return **line;
}

Result<std::optional<StoredMessage>> LogFileReader::next() {
  for (;;) {
    const auto line = next_line();
    if (!line) return tl::unexpected(line.error());
    auto parsed = parse_log_line(*line);
    if (!parsed) return wrong(parsed.error().text);
    if (std::holds_alternative<HeaderLine>(*parsed)) return wrong("a second header");
    if (auto* end_found = std::get_if<EndLine>(&*parsed)) {
      return end(std::move(end_found->sections)).map([] { return std::optional<StoredMessage>(); });
    }
    auto* message = std::get_if<MessageLine>(&*parsed);
    if (message == nullptr) continue;
    if (auto taken = take(*message); !taken) return tl::unexpected(taken.error());
    return std::move(message->message);
  }
}

Result<void> LogFileReader::take(const MessageLine& line) {
  const auto& message = line.message;
  const auto name = fmt::format("{}@{}", text(message.stream), message.sequence);
  if (!belongs_there(message, partitions_)) return wrong(fmt::format("{} cannot have the subject {}", name, message.subject));
  if (message.payload.size() > kMessageBytesMax) return wrong(name + " is larger than a message may be");
  auto& [section, chain] = streams_[message.stream];
  if (section.messages == 0) section.first = message.sequence;
  if (message.sequence != section.first + section.messages) {
    return wrong(fmt::format("{} stands where message {} should", name, section.first + section.messages));
  }
  chain.add(message);
  if (chain.text() != line.chain) return wrong(name + " is not what it was, or not in its place");
  section.messages += 1;
  section.last = message.sequence;
  return {};
}

Result<void> LogFileReader::end(Sections promised) {
  for (const auto& [stream, section] : promised) {
    const auto& [found, chain] = streams_[stream];
    if (!is_sound(section) || section.messages != found.messages || section.chain != chain.text() ||
        (found.messages > 0 && section.last != found.last)) {
      return wrong(fmt::format("{} is not whole: {} messages to {} were promised, {} to {} are there", text(stream), section.messages,
                               section.last, found.messages, found.last));
    }
  }
  if (streams_.size() != promised.size()) return wrong("it holds a stream that its end does not name");
  const auto line = lines_.next();
  if (!line) return tl::unexpected(line.error());
  if (*line) return wrong("something stands behind its end");
  sections_ = std::move(promised);
  return {};
}

}  // namespace ordo::log::archive
