#pragma once
// Purpose: a file of messages of the log, with all that is wanted to store them again just where they were.
// Errors:  as line_file.hpp and log_line.hpp; corrupt for a file whose lines do not follow each other, do not add up or have no end. The
//          text names the file, the line and the message.
// Requires: sodium_init was called.
// Threads: plain objects, one thread at a time.

#include <functional>
#include <stop_token>
#include <string>

#include "events/log/archive/chain.hpp"
#include "events/log/archive/line_file.hpp"
#include "events/log/archive/log_line.hpp"
#include "events/log/log_scan.hpp"
#include "events/log/logged_event.hpp"

namespace ordo::log::archive {

// Adds to an open object what people want to read of an event, with "stream", "sequence" and "subject" among it.
using DescribeEvent = std::function<void(JsonText&, const LoggedEvent&)>;

// Told how many messages more are done.
using CountMessages = std::function<void(std::uint64_t)>;

class LogFileWriter {
 public:
  // Without `describe` a message is one line, with it every event is.
  [[nodiscard]] static Result<LogFileWriter> create(const std::string& path, Compression compression, Partition partitions,
                                                    DescribeEvent describe = {});

  // A stretch of a stream, which is not in the file yet. What the inbox forgets before it is read is left out.
  // Errors: as `scan`; unavailable when the inbox forgot something in the middle: begin anew.
  [[nodiscard]] Result<void> write(EventLog& log, const LogRange& range, const std::stop_token& stop, const CountMessages& count = {});

  struct Finished {
    Sections sections;
    FileDigest digest;
  };
  // At most once; nothing may follow.
  [[nodiscard]] Result<Finished> finish();

 private:
  LogFileWriter(LineWriter lines, DescribeEvent describe) : lines_(std::move(lines)), describe_(std::move(describe)) {}
  [[nodiscard]] Result<void> write(const StoredMessage& message, const std::string& chain, const std::vector<LoggedEvent>& events);

  LineWriter lines_;
  DescribeEvent describe_;
  Sections sections_;
};

class LogFileReader {
 public:
  [[nodiscard]] static Result<LogFileReader> open(const std::string& path);

  [[nodiscard]] Partition partitions() const { return partitions_; }

  // In the order of the file, each stream's without a gap. Nothing: the file has ended, and is whole.
  [[nodiscard]] Result<std::optional<StoredMessage>> next();

  // Requires: `next` has answered nothing.
  [[nodiscard]] const Sections& sections() const { return sections_; }

 private:
  // One stream's, so far.
  struct Progress {
    Section section;
    Chain chain;
  };

  explicit LogFileReader(LineReader lines) : lines_(std::move(lines)) {}
  [[nodiscard]] Result<std::string_view> next_line();
  [[nodiscard]] Result<void> take(const MessageLine& line);
  [[nodiscard]] Result<void> end(Sections promised);
  [[nodiscard]] tl::unexpected<Failure> wrong(const std::string& how) const;

  LineReader lines_;
  Partition partitions_ = 0;
  std::map<StreamName, Progress> streams_;
  Sections sections_;
};

}  // namespace ordo::log::archive
