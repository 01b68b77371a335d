#pragma once
// Purpose: how projections stand, told to people and programs.
// Threads: plain values.

#include <string>
#include <string_view>
#include <vector>

#include "projections/runtime/backlog.hpp"
#include "projections/runtime/filling_state.hpp"
#include "projections/runtime/lag.hpp"
#include "projections/runtime/overview.hpp"
#include "projections/runtime/pauses.hpp"

namespace ordo::cli {

// One lane in one stream.
struct LaneLag {
  projections::StreamLag lane;
  projections::Backlog backlog;
  double waiting_s = 0;
};

struct SchemaRow {
  projections::SchemaState state;
  std::uint64_t messages_behind = 0;
  std::optional<projections::FillingState> filling = {};  // of what a rebuild makes
};

struct Overview {
  std::vector<SchemaRow> schemas;
  std::vector<LaneLag> lags;  // of what serves
  std::vector<projections::Pause> pauses;
};

// `output`: table, json or ndjson.
[[nodiscard]] std::string lag_text(const std::vector<LaneLag>& lags, std::string_view output, bool coloured);
[[nodiscard]] std::string overview_text(const Overview& overview, const projections::ReadModelDefinition& model, std::string_view output,
                                        bool coloured);

}  // namespace ordo::cli
