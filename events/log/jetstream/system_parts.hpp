#pragma once
// Purpose: the streams and the stored values that a system consists of, made and read one by one. For the .cpp files of this folder only.
// Errors:  conflict: a stream has other settings, and the text names all differences; unavailable, timeout: try again; corrupt.
// Threads: none of its own; every function blocks.

#include <optional>
#include <string>

#include "events/log/jetstream/connection.hpp"
#include "events/log/stream.hpp"

namespace ordo::log::jetstream {

// `verb`: CREATE or UPDATE.
[[nodiscard]] Result<void> settle_stream(Connection& connection, const std::string& verb, const std::string& stream,
                                         const std::string& settings);

// What is there already stays as it is, but learns subjects that it did not know.
[[nodiscard]] Result<void> make_stream(Connection& connection, const std::string& stream, const std::string& settings);
[[nodiscard]] Result<void> make_buckets(Connection& connection, int replicas);
[[nodiscard]] Result<void> make_streams(Connection& connection, Partition partitions, int replicas);

// Of the bucket "ordo". Nothing when there is no such key, or no bucket.
inline constexpr const char* kPartitionsKey = "partitions";
[[nodiscard]] Result<std::optional<std::string>> system_value(Connection& connection, const std::string& key);
// Errors: conflict: the key has a value.
[[nodiscard]] Result<void> write_system_value(Connection& connection, const std::string& key, const std::string& value);
[[nodiscard]] Result<void> replace_system_value(Connection& connection, const std::string& key, const std::string& value);

}  // namespace ordo::log::jetstream
