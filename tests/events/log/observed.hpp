#pragma once
// Purpose: makes a log's callbacks visible to a test, which waits for them with a limit.
// Errors: throws std::runtime_error when the limit is over.
// Threads: the callbacks may come on any.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "events/log/event_log.hpp"

namespace ordo::log {

inline constexpr std::chrono::seconds kWaitMax{30};

using Appended = std::future<Result<std::uint64_t>>;

[[nodiscard]] Appended append(EventLog& log, AppendRequest request);
[[nodiscard]] Result<std::uint64_t> settled(Appended appended);

// What a reader was given so far. Outlives the reader.
class Delivered {
 public:
  [[nodiscard]] Deliver deliver();

  // Waits until there are `count`, and answers all.
  [[nodiscard]] std::vector<StoredMessage> wait_for(std::size_t count);
  [[nodiscard]] std::vector<StoredMessage> now() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<StoredMessage> messages_;
};

[[nodiscard]] std::vector<std::uint64_t> sequences_of(const std::vector<StoredMessage>& messages);
[[nodiscard]] std::vector<std::string> payloads_of(const std::vector<StoredMessage>& messages);
// first, first + 1, … last
[[nodiscard]] std::vector<std::uint64_t> from_to(std::uint64_t first, std::uint64_t last);

}  // namespace ordo::log
