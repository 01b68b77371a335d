#include "events/identity/file_watch.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace ordo::identity {
namespace {

constexpr std::size_t kBytesMax = 64 * 1024;

}  // namespace

Result<std::string> read_key_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string content;
  if (file) content.assign(std::istreambuf_iterator<char>(file), {});
  if (!file || content.size() > kBytesMax) return failure(FailureKind::unavailable, fmt::format("cannot read the key file {}", path));
  return content;
}

FileWatch::FileWatch(std::string path, std::string known, std::function<void(const std::string&)> changed, std::chrono::milliseconds every)
    : path_(std::move(path)),
      known_(std::move(known)),
      changed_(std::move(changed)),
      every_(every),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void FileWatch::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, stop, every_, [] { return false; }) && !stop.stop_requested()) look();
}

void FileWatch::look() {
  auto content = read_key_file(path_);
  if (!content) {
    if (!std::exchange(unreadable_, true)) spdlog::warn("{}; what was known goes on", content.error().text);
    return;
  }
  unreadable_ = false;
  if (*content == known_) return;
  known_ = std::move(*content);
  changed_(known_);
}

}  // namespace ordo::identity
