#pragma once
// Purpose: what a backup holds, as an operator sees it.
// Threads: pure functions.

#include <string>

#include "events/log/archive/manifest.hpp"

namespace ordo::cli {

// A row per stream, and a line with what all of it comes to.
[[nodiscard]] std::string manifest_table(const std::string& folder, const log::archive::Manifest& manifest, bool coloured);
// {"folder", "name", "made", "partitions", "messages", "events", "bytes", "streams": […]}
[[nodiscard]] std::string manifest_json(const std::string& folder, const log::archive::Manifest& manifest);

[[nodiscard]] std::uint64_t messages_in(const log::archive::Sections& sections);
[[nodiscard]] std::uint64_t events_in(const log::archive::Sections& sections);

}  // namespace ordo::cli
