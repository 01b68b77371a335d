#include "cli/time_travel.hpp"

#include <iostream>

#include <fmt/format.h>

#include "cli/moment_text.hpp"
#include "cli/table.hpp"

namespace ordo::cli {
namespace {

Result<PastState> state_at(log::EventLog& log, const std::string& name, const Traveller& traveller) {
  const auto moment = moment_of(log, *parse_moment(name));
  if (!moment) return tl::unexpected(moment.error());
  if (!moment->speaks_of(traveller.partition)) {
    return failure(FailureKind::corrupt, fmt::format("{} lies in partition {}, {} in another", traveller.name, traveller.partition, name));
  }
  PastState state{{}, projections::events_until(*moment, traveller.events)};
  auto fields = traveller.fields_after(state.events);
  if (!fields) return tl::unexpected(fields.error());
  state.fields = std::move(*fields);
  return state;
}

int show_state(const Settings& settings, log::EventLog& log, const TimeTravel& travel, const Traveller& traveller) {
  const auto state = state_at(log, travel.at, traveller);
  if (!state) return give_up(state.error());
  if (state->fields.empty()) {
    std::cerr << fmt::format("ordo: {} was not there{}\n", traveller.name, travel.at == "now" ? "" : " at " + travel.at);
    return kNotThere;
  }
  std::cout << (settings.output == "table" ? state_text(*state, travel.events_max, stdout_is_coloured()) : state_json(*state));
  return 0;
}

int show_difference(const Settings& settings, log::EventLog& log, const TimeTravel& travel, const Traveller& traveller) {
  auto a = state_at(log, travel.diff[0], traveller);
  if (!a) return give_up(a.error());
  auto b = state_at(log, travel.diff[1], traveller);
  if (!b) return give_up(b.error());
  if (a->fields.empty() && b->fields.empty()) {
    std::cerr << fmt::format("ordo: {} was there at neither moment\n", traveller.name);
    return kNotThere;
  }
  const Difference difference{std::move(*a), std::move(*b)};
  std::cout << (settings.output == "table" ? difference_text(difference, stdout_is_coloured()) : difference_json(difference));
  return 0;
}

}  // namespace

void add_time_travel(CLI::App& command, TimeTravel& travel) {
  auto* at = command.add_option("--at", travel.at, fmt::format("as it was then: {}", kMomentHelp))->check(check_moment);
  command.add_option("--diff", travel.diff, "how it changed between two moments")->expected(2)->check(check_moment)->excludes(at);
  command.add_option("--events", travel.events_max, "how many of its last events to list (10)");
}

int show(const Settings& settings, log::EventLog& log, const TimeTravel& travel, const Traveller& traveller) {
  return travel.diff.empty() ? show_state(settings, log, travel, traveller) : show_difference(settings, log, travel, traveller);
}

}  // namespace ordo::cli
