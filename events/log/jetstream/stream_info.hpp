#pragma once
// Purpose: asks a server of a cluster, patiently, what it knows about a stream. For the .cpp files of this folder.
// Errors: unavailable, timeout; corrupt for an answer that is no JSON.
// Threads: as Connection::request.

#include <optional>
#include <string>

#include "events/log/jetstream/connection.hpp"
#include "events/vocabulary/json_visit.hpp"

namespace ordo::log::jetstream {

// Nobody listens for a moment after a server's start and during elections: then it asks again.
[[nodiscard]] Result<std::string> ask_patiently(Connection& connection, const std::string& subject, const std::string& payload);

// The server's description of a stream; nothing when there is none.
[[nodiscard]] Result<std::optional<FlatJson>> stream_info(Connection& connection, const std::string& stream);

}  // namespace ordo::log::jetstream
