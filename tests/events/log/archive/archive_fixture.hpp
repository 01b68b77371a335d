#pragma once
// Purpose: what the tests of archives share: a folder of their own, a log with messages in it, files that are damaged on purpose.

#include <sodium.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "events/log/archive/log_file.hpp"
#include "events/log/event.hpp"
#include "events/log/in_memory_log.hpp"
#include "tests/events/log/observed.hpp"

namespace ordo::log::archive {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
    auto path = (std::filesystem::temp_directory_path() / "ordo-archive-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = path;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline constexpr StreamName kOrders{StreamKind::orders, 0};
inline constexpr StreamName kBilling{StreamKind::billing, 0};
inline constexpr StreamName kCommands{StreamKind::commands, 0};

inline Run run_of(int events, const std::string& said, Checkpoints checkpoints = {}) {
  Run run{.checkpoints = std::move(checkpoints)};
  for (int number = 0; number < events; ++number) {
    run.events.push_back({.id = EventId::random(), .payload = {"OrderPending.v1", said}, .trace = {.correlation_id = "test"}});
  }
  return run;
}

inline void store(EventLog& log, StreamName stream, const Run& run) {
  const auto stored = settled(append(log, {stream, subjects_of(stream).front(), encode_run(run)}));
  if (!stored) throw std::runtime_error(stored.error().text);
}

// Messages of 1, 2, 3, 1, 2, … events.
inline void fill(EventLog& log, StreamName stream, int messages) {
  for (int number = 0; number < messages; ++number) store(log, stream, run_of(1 + number % 3, "said " + std::to_string(number)));
}

inline LogRange all_of(EventLog& log, StreamName stream) { return range_from(log, stream).value(); }

inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_content_to(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

inline std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

inline void write_lines_to(const std::string& path, const std::vector<std::string>& lines) {
  std::string content;
  for (const auto& line : lines) content += line + '\n';
  write_content_to(path, content);
}

// All messages of a file, or why it cannot be read.
inline Result<std::vector<StoredMessage>> read_all(const std::string& path) {
  auto reader = LogFileReader::open(path);
  if (!reader) return tl::unexpected(reader.error());
  std::vector<StoredMessage> messages;
  for (;;) {
    auto next = reader->next();
    if (!next) return tl::unexpected(next.error());
    if (!*next) return messages;
    messages.push_back(std::move(**next));
  }
}

}  // namespace ordo::log::archive
