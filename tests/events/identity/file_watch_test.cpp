#include "events/identity/file_watch.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include <catch2/catch.hpp>

using namespace ordo::identity;
using namespace std::chrono_literals;

namespace {

struct WatchedFile {
  WatchedFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ordo-watch-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    path = folder + "/file";
  }
  ~WatchedFile() { std::filesystem::remove_all(folder); }
  WatchedFile(const WatchedFile&) = delete;
  WatchedFile& operator=(const WatchedFile&) = delete;

  void write(const std::string& content) const {
    std::ofstream(path + ".new") << content;
    std::filesystem::rename(path + ".new", path);
  }

  void took(const std::string& content) {
    const std::lock_guard lock(mutex);
    seen.push_back(content);
    changed.notify_all();
  }
  [[nodiscard]] bool await(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 10s, [&] { return seen.size() >= count; });
  }

  std::string folder;
  std::string path;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> seen;
};

}  // namespace

TEST_CASE("what a file holds is told when it has changed, and not before") {
  WatchedFile file;
  file.write("one");
  const FileWatch watch(file.path, "one", [&](const std::string& content) { file.took(content); }, 1ms);
  file.write("two");
  REQUIRE(file.await(1));
  file.write("three");
  REQUIRE(file.await(2));
  CHECK(file.seen == std::vector<std::string>{"two", "three"});
}

TEST_CASE("a file that is away, or too large to be one of keys, changes nothing until it is back") {
  WatchedFile file;
  const FileWatch watch(file.path, "one", [&](const std::string& content) { file.took(content); }, 1ms);
  file.write(std::string(100'000, 'k'));
  CHECK_FALSE(read_key_file(file.path));
  file.write("two");
  REQUIRE(file.await(1));
  CHECK(file.seen == std::vector<std::string>{"two"});
}

TEST_CASE("a change between its reader's start and the first look is not missed") {
  WatchedFile file;
  file.write("two");
  const FileWatch watch(file.path, "one", [&](const std::string& content) { file.took(content); }, 1ms);
  CHECK(file.await(1));
}
