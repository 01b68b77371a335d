#pragma once
// Purpose: how far the tables of a rebuild are, in words and for programs; for those who look on.
// Threads: pure functions.

#include <string>
#include <string_view>

#include "events/vocabulary/json_text.hpp"
#include "projections/runtime/filling_state.hpp"

namespace ordo::cli {

// "filling", "making keys", "catching up", "filled"
[[nodiscard]] std::string_view stage_text(const projections::FillingState& state);

// "filling, 43 %: about 2,150,000 of 5,000,000 events"
[[nodiscard]] std::string filling_text(const projections::FillingState& state);

// Into an open object: "stage", "holds", "messages_done", "messages_total", "events_done", "events_total"; the events about.
void write_filling(JsonText& json, const projections::FillingState& state);

}  // namespace ordo::cli
