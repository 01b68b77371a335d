#pragma once
// Purpose: `show` with --at and --diff, whatever it is that is shown.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/past_state.hpp"
#include "cli/settings.hpp"
#include "projections/history/moment.hpp"

namespace ordo::cli {

struct TimeTravel {
  std::string at = "now";
  std::vector<std::string> diff;  // none, or two
  std::size_t events_max = 10;
};

inline constexpr int kNotThere = exit_code::kNo;

// Adds --at, --diff and --events to a command.
void add_time_travel(CLI::App& command, TimeTravel& travel);

// What is shown: all its events, and what it was after some of them.
struct Traveller {
  std::string name;  // "order 0190…"
  log::Partition partition = 0;
  std::vector<log::LoggedEvent> events;
  std::function<Result<std::vector<Field>>(const std::vector<log::LoggedEvent>&)> fields_after;
};

// Prints it as it was, or how it changed; answers the exit code: 0, kNotThere, or 1 for a moment that is no moment of its.
[[nodiscard]] int show(const Settings& settings, log::EventLog& log, const TimeTravel& travel, const Traveller& traveller);

}  // namespace ordo::cli
