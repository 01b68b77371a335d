#include "cli/projections_text.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/filling_text.hpp"
#include "cli/json_rows.hpp"
#include "cli/rebuild_text.hpp"
#include "cli/table.hpp"
#include "events/vocabulary/json_text.hpp"

namespace ordo::cli {
namespace {

using projections::Building;

constexpr double kWaitingS = 5;  // from here on it is trouble, as `ordo status` has it

std::string json_of(const LaneLag& lag) {
  JsonText json;
  json.open_object().member("lane", lag.lane.lane).member("stream", log::text(lag.lane.stream)).member("reached", lag.lane.reached);
  json.member("last", lag.lane.last_sequence).member("messages", lag.backlog.messages).member("events", lag.backlog.events);
  json.member("exact", lag.backlog.exact).raw_member("waiting_s", fmt::format("{:.1f}", lag.waiting_s));
  return json.close_object().take();
}

// The streams of a lane together.
struct LaneRow {
  std::string lane;
  std::uint64_t messages = 0;
  std::uint64_t events = 0;
  double waiting_s = 0;
  const projections::Pause* pause = nullptr;
  std::vector<std::string> tables;
};

std::vector<LaneRow> lanes_of(const Overview& overview, const projections::ReadModelDefinition& model) {
  std::vector<LaneRow> rows;
  for (const auto& definition : model.lanes) {
    LaneRow row{.lane = definition.name};
    for (const auto& fed : definition.feeds) row.tables.push_back(fed.table);
    for (const auto& lag : overview.lags) {
      if (lag.lane.lane != definition.name) continue;
      row.messages += lag.backlog.messages;
      row.events += lag.backlog.events;
      row.waiting_s = std::max(row.waiting_s, lag.waiting_s);
    }
    const auto found = std::ranges::find(overview.pauses, definition.name, &projections::Pause::lane);
    if (found != overview.pauses.end()) row.pause = &*found;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string json_of(const LaneRow& row) {
  JsonText json;
  json.open_object().member("projection", row.lane).member("state", row.pause ? "paused" : "live").member("messages_behind", row.messages);
  json.member("events_behind", row.events).raw_member("waiting_s", fmt::format("{:.1f}", row.waiting_s));
  if (row.pause != nullptr) {
    json.member("paused_at", text(row.pause->since)).member("paused_by", row.pause->paused_by).member("reason", row.pause->reason);
  }
  json.key("tables").open_array();
  for (const auto& table : row.tables) json.value(table);
  return json.close_array().close_object().take();
}

std::string_view text(Building building) {
  switch (building) {
    case Building::nobody: return "";
    case Building::lives: return "a rebuild fills it";
    case Building::silent: return "a rebuild was killed: run it again to go on";
  }
  return "";
}

std::string json_of(const SchemaRow& row) {
  JsonText json;
  json.open_object().member("schema", row.state.name).member("version", row.state.version).member("fits", row.state.fits);
  json.member("rows", row.state.rows).member("bytes", row.state.bytes).member("messages_behind", row.messages_behind);
  json.member("rebuild", text(row.state.building));
  if (row.filling) {
    write_filling(json, *row.filling);
  } else {
    json.member("holds", row.state.note);
  }
  return json.close_object().take();
}

std::string megabytes(std::uint64_t bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1'000'000); }

Cell state_of(const SchemaRow& row) {
  const bool is_half = row.filling && !row.filling->is_full();
  const auto how_far = is_half ? filling_text(*row.filling) : std::string();
  if (row.state.building != Building::nobody) {
    return {fmt::format("{}{}{}", text(row.state.building), is_half ? "; " : "", how_far), Tone::warning};
  }
  if (!row.state.fits) return {"of another version: `ordo projections rebuild`", Tone::bad};
  if (row.state.name == projections::kServing) return {"serves", Tone::good};
  if (row.state.name == projections::kPrevious) return {"kept for rollback"};
  if (row.state.note.starts_with("the past")) return {"to be looked at"};
  return is_half ? Cell("stopped: run the rebuild again to go on; " + how_far) : Cell("filled: `diff`, `swap` or go on");
}

std::string overview_table(const Overview& overview, const std::vector<LaneRow>& lanes, bool coloured) {
  Table projections{"PROJECTION", "STATE", ">MESSAGES BEHIND", ">EVENTS", ">FOR", "TABLES"};
  for (const auto& row : lanes) {
    const auto tone = row.waiting_s > kWaitingS ? Tone::warning : Tone::plain;
    projections.add({row.lane, row.pause ? Cell("paused", Tone::warning) : Cell("live"), Cell(grouped(row.messages), tone),
                     Cell(grouped(row.events), tone), Cell(fmt::format("{:.1f} s", row.waiting_s), tone),
                     fmt::format("{}", fmt::join(row.tables, " "))});
  }
  Table schemas{"SCHEMA", "STATE", ">VERSION", ">ROWS", ">SIZE", ">MESSAGES BEHIND", "HOLDS"};
  for (const auto& row : overview.schemas) {
    schemas.add({row.state.name, state_of(row), std::to_string(row.state.version), grouped(row.state.rows), megabytes(row.state.bytes),
                 grouped(row.messages_behind), row.state.note.empty() ? "all" : row.state.note});
  }
  std::string notes;
  for (const auto& pause : overview.pauses) {
    notes += fmt::format("\n{} is paused since {} by {}: {}", pause.lane, ordo::text(pause.since), pause.paused_by, pause.reason);
  }
  return projections.text(coloured) + '\n' + schemas.text(coloured) + (notes.empty() ? "" : notes + '\n');
}

}  // namespace

std::string lag_text(const std::vector<LaneLag>& lags, std::string_view output, bool coloured) {
  if (output == "table") {
    Table table{"PROJECTION", "STREAM", ">REACHED", ">LAST", ">BEHIND", ">EVENTS", ">FOR"};
    for (const auto& lag : lags) {
      const auto tone = lag.waiting_s > kWaitingS ? Tone::warning : Tone::plain;
      table.add({lag.lane.lane, log::text(lag.lane.stream), std::to_string(lag.lane.reached), std::to_string(lag.lane.last_sequence),
                 Cell(grouped(lag.backlog.messages), tone), Cell((lag.backlog.exact ? "" : "~") + grouped(lag.backlog.events), tone),
                 Cell(fmt::format("{:.1f} s", lag.waiting_s), tone)});
    }
    return table.text(coloured);
  }
  std::ostringstream out;
  {
    JsonRows rows(out, output);
    for (const auto& lag : lags) rows.add(json_of(lag));
  }
  return out.str();
}

std::string overview_text(const Overview& overview, const projections::ReadModelDefinition& model, std::string_view output, bool coloured) {
  const auto lanes = lanes_of(overview, model);
  if (output == "table") return overview_table(overview, lanes, coloured);
  if (output == "ndjson") {
    std::string lines;
    for (const auto& row : lanes) lines += json_of(row) + '\n';
    for (const auto& row : overview.schemas) lines += json_of(row) + '\n';
    return lines;
  }
  JsonText json;
  json.open_object().key("projections").open_array();
  for (const auto& row : lanes) json.raw(json_of(row));
  json.close_array().key("schemas").open_array();
  for (const auto& row : overview.schemas) json.raw(json_of(row));
  return json.close_array().close_object().take() + '\n';
}

}  // namespace ordo::cli
