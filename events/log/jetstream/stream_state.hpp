#pragma once
// Purpose: asks the server how a stream stands. For the .cpp files of this folder only.

#include <chrono>

#include "events/log/event_log.hpp"
#include "events/log/jetstream/connection.hpp"

namespace ordo::log::jetstream {

// Errors: unavailable (also when there is no such stream), timeout.
[[nodiscard]] Result<StreamBounds> bounds_of(Connection& connection, StreamName stream, std::chrono::milliseconds timeout);

}  // namespace ordo::log::jetstream
