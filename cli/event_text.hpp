#pragma once
// Purpose: one event as an operator sees it: a line of JSON or of text.
// Threads: pure functions.

#include <string>

#include "events/log/logged_event.hpp"

namespace ordo::cli {

// {"stream", "sequence", "index", "type", "time", "id", "cause", "correlation_id", "actor", "data"}
[[nodiscard]] std::string json_line(const log::LoggedEvent& logged);
// "2026-01-31T12:00:00.000Z ORDERS-2 17.0 OrderPending.v1 correlation-1 {…}"
[[nodiscard]] std::string text_line(const log::LoggedEvent& logged);

}  // namespace ordo::cli
