#pragma once
// Purpose: sends orders at a fixed rate, or as fast as they are answered, and notes what became of each.
// A fixed rate is an open loop: orders fall due by the clock whether or not earlier ones are answered, and latency counts from
// the time an order was due, so a server that stalls cannot hide it by slowing the client down.
// Units: microseconds; wall-clock times since the Unix epoch. Threads: one.

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ordo::bench {

struct LoadPlan {
  std::string host;
  std::string port;
  std::string path = "/api/orders";
  std::string body;                         // of every request
  std::vector<std::string_view> tokens;     // of the users, in turn; they outlive the load
  double rate_per_second = 0;               // 0: a closed loop, each connection sends as soon as it is answered
  std::chrono::microseconds duration{10'000'000};
  std::uint64_t count_max = UINT64_MAX;     // of requests: the load ends with the last of them
  std::size_t connections = 64;
  int wait_seconds = 0;                     // for `Prefer: wait`; 0: do not wait for the outcome
  bool keyed = true;                        // with an Idempotency-Key of its own each
  std::string key_prefix;                   // tells one run's keys from another's
};

inline constexpr std::size_t kIdLength = 36;

struct Sample {
  std::int64_t due_us = 0;
  std::int64_t latency_us = 0;  // from due to answered
  int status = 0;               // 0: no answer
  bool retry_after = false;     // the answer says when to come again
  std::array<char, kIdLength> id{};  // of what the answer tells of; zeros where it has none

  [[nodiscard]] std::string_view id_text() const { return id[0] == 0 ? std::string_view{} : std::string_view(id.data(), id.size()); }
};

struct LoadResult {
  std::vector<Sample> samples;
  std::uint64_t never_sent = 0;        // due, but no connection was free before the end
  std::uint64_t failed_connections = 0;
  std::int64_t began_us = 0;           // the first was due
  std::int64_t sent_last_us = 0;       // the last was sent
  std::int64_t elapsed_us = 0;         // from the first send to the last answer
};

// Errors: an empty result, when no connection can be made.
[[nodiscard]] LoadResult run_load(const LoadPlan& plan);

}  // namespace ordo::bench
