#pragma once
// Purpose: looks at a file once a second and says what it holds when that has changed: so that a role learns new keys without a restart.
//          It looks at the content, and not at times or inodes: a mounted secret is exchanged by links, which change neither.
// Errors: a file that cannot be read, or has more than 64 KB, counts as unchanged, and is warned of once.
// Threads: `changed` is called on a thread of its own, one call at a time, until the destructor returns; it must not throw.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "events/vocabulary/result.hpp"

namespace ordo::identity {

// Errors: unavailable. The text names the file, never what it holds.
[[nodiscard]] Result<std::string> read_key_file(const std::string& path);

class FileWatch {
 public:
  // `known`: what the file held when its reader began.
  FileWatch(std::string path, std::string known, std::function<void(const std::string&)> changed,
            std::chrono::milliseconds every = std::chrono::seconds(1));

 private:
  void run(const std::stop_token& stop);
  void look();

  const std::string path_;
  std::string known_;
  const std::function<void(const std::string&)> changed_;
  const std::chrono::milliseconds every_;
  bool unreadable_ = false;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_;  // the last member: it uses all the others
};

}  // namespace ordo::identity
