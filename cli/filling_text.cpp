#include "cli/filling_text.hpp"

#include <fmt/format.h>

#include "cli/rebuild_text.hpp"

namespace ordo::cli {

using projections::Stage;

std::string_view stage_text(const projections::FillingState& state) {
  switch (state.stage) {
    case Stage::bare: return "filling";
    case Stage::finishing: return "making keys";
    case Stage::whole: return state.is_full() ? "filled" : "catching up";
  }
  return "";
}

std::string filling_text(const projections::FillingState& state) {
  const auto percent = state.messages_total == 0 ? 100 : 100 * state.messages_done / state.messages_total;
  return fmt::format("{}, {} %: about {} of {} events", stage_text(state), percent, grouped(state.events_done), grouped(state.events_total));
}

void write_filling(JsonText& json, const projections::FillingState& state) {
  json.member("stage", stage_text(state)).member("holds", state.note).member("messages_done", state.messages_done);
  json.member("messages_total", state.messages_total).member("events_done", state.events_done).member("events_total", state.events_total);
}

}  // namespace ordo::cli
