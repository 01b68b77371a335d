#include <fmt/format.h>

#include "events/log/archive/log_file.hpp"

namespace ordo::log::archive {

Result<LogFileWriter> LogFileWriter::create(const std::string& path, Compression compression, Partition partitions,
                                            DescribeEvent describe) {
  auto lines = LineWriter::create(path, compression);
  if (!lines) return tl::unexpected(lines.error());
  if (auto written = lines->write(header_line(partitions)); !written) return tl::unexpected(written.error());
  return LogFileWriter(std::move(*lines), std::move(describe));
}

Result<void> LogFileWriter::write(EventLog& log, const LogRange& range, const std::stop_token& stop, const CountMessages& count) {
  Section section{.first = range.until + 1, .last = range.until};
  Chain chain;
  auto scanned = scan(log, range, stop, [&](const StoredMessage& message) -> Result<Visit> {
    if (section.messages == 0) section.first = message.sequence;
    if (message.sequence != section.first + section.messages) {
      return failure(FailureKind::unavailable, fmt::format("{} has forgotten messages while it was read: begin anew", text(range.stream)));
    }
    // What is no run is kept as it is: to judge it is not for a copy.
    const auto events = events_of(message).value_or(std::vector<LoggedEvent>());
    chain.add(message);
    section.messages += 1;
    section.events += events.size();
    if (count) count(1);
    return write(message, chain.text(), events).map([] { return Visit::go_on; });
  });
  if (!scanned) return scanned;
  section.chain = chain.text();
  sections_.emplace(range.stream, std::move(section));
  return {};
}

Result<void> LogFileWriter::write(const StoredMessage& message, const std::string& chain, const std::vector<LoggedEvent>& events) {
  JsonText json;
  json.open_object();
  if (!describe_ || events.empty()) {
    write_message(json, message, chain);
    return lines_.write(json.close_object().take());
  }
  describe_(json, events.front());
  write_content(json, message, chain);
  auto written = lines_.write(json.close_object().take());
  for (std::size_t index = 1; index < events.size() && written; ++index) {
    JsonText more;
    describe_(more.open_object(), events[index]);
    written = lines_.write(more.close_object().take());
  }
  return written;
}

Result<LogFileWriter::Finished> LogFileWriter::finish() {
  if (auto written = lines_.write(end_line(sections_)); !written) return tl::unexpected(written.error());
  return lines_.finish().map([&](FileDigest digest) { return Finished{std::move(sections_), std::move(digest)}; });
}

}  // namespace ordo::log::archive
