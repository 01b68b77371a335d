#pragma once
// Purpose: one event as an operator sees it: a line of JSON or of text.
// Threads: pure functions.

#include <string>

#include "events/log/logged_event.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {

// The members of an event in an open object: stream, sequence, index, subject, type, time, id, cause, correlation_id, traceparent, actor,
// data. What an event does not have is left out.
void write_members(JsonText& json, const log::LoggedEvent& logged);

// {"stream", "sequence", "index", "type", "time", "id", "cause", "correlation_id", …}
[[nodiscard]] std::string json_line(const log::LoggedEvent& logged);
// "2026-01-31T12:00:00.000Z ORDERS-2 17.0 OrderPending.v1 correlation-1 {…}"
[[nodiscard]] std::string text_line(const log::LoggedEvent& logged);
// What it says, as a JSON object.
[[nodiscard]] std::string data_of(const log::LoggedEvent& logged);
// "PAID by operation …": its gist
[[nodiscard]] std::string summary_of(const log::LoggedEvent& logged);

}  // namespace ordo::cli
