#pragma once
// Purpose: keys of a key-value bucket that are written by compare-and-set and read from the bucket's leader. A key is a subject of
//          the bucket's stream, whose last message is its value.
// Threads: every function may be called from every thread, and blocks.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "events/log/jetstream/connection.hpp"
#include "events/vocabulary/time.hpp"

namespace ordo::log::jetstream {

struct Bucket {
  std::string stream;   // "KV_ordo"
  std::string subject;  // "$KV.ordo": what all of its keys begin with
};
[[nodiscard]] Bucket bucket(const std::string& name);

struct StoredValue {
  std::string key;
  std::string value;
  std::uint64_t sequence = 0;
  Timestamp written;
};

// Writes if the key's last sequence is the expected one; 0: if there is none; without one: whatever there is. Answers the sequence.
// Errors: conflict: nothing was written; timeout: not known; unavailable: nothing was written.
[[nodiscard]] Result<std::uint64_t> put(Connection& connection, const Bucket& bucket, const std::string& key, const std::string& value,
                                        std::optional<std::uint64_t> expected, std::chrono::milliseconds timeout);

// The first value at or after the sequence among the keys that the pattern fits ("orders.>"); nothing when there is none.
// Errors: unavailable, timeout, corrupt.
[[nodiscard]] Result<std::optional<StoredValue>> next_value(Connection& connection, const Bucket& bucket, const std::string& pattern,
                                                            std::uint64_t from_sequence, std::chrono::milliseconds timeout);

// Removes the key without a trace, unless it was written after the sequence.
[[nodiscard]] Result<void> remove(Connection& connection, const Bucket& bucket, const std::string& key, std::uint64_t up_to_sequence,
                                  std::chrono::milliseconds timeout);

}  // namespace ordo::log::jetstream
