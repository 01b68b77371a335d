#include <iostream>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/connections.hpp"
#include "cli/exit_codes.hpp"
#include "cli/lifetime.hpp"
#include "cli/operator_record.hpp"
#include "cli/projections.hpp"
#include "events/vocabulary/json_text.hpp"
#include "projections/runtime/pauses.hpp"

namespace ordo::cli {
namespace {

constexpr auto kPauseFooter =
    "When it returns, these projections write nothing any more, in no process, and that outlives restarts, rebuilds and swaps.\n"
    "Readers go on; whoever asks for more than is shown (Ordo-After) gets 503 projection_lagging after 5 s. Without NAME: all of them.\n"
    "Exit: 0 they stand still, 1 it was not possible; stderr says why.\n"
    "Example: ordo projections pause balances --reason 'a look at the wallets'";

constexpr auto kResumeFooter =
    "They go on from where they stood within a moment, and catch up. Without NAME: all of them.\n"
    "Exit: 0 none of them is held any more, 1 it was not possible; stderr says why.\n"
    "Example: ordo projections resume balances";

struct Wanted {
  std::vector<std::string> names;
  std::string reason;

  [[nodiscard]] std::vector<std::string> lanes() const { return names.empty() ? all_projections() : names; }
};

using Names = std::vector<std::string>;

// `changed` is done now, the others were so before.
std::string told(const std::string& verb, const Names& wanted, const Names& changed) {
  Names before;
  for (const auto& name : wanted) {
    if (std::ranges::find(changed, name) == changed.end()) before.push_back(name);
  }
  if (changed.empty()) return fmt::format("nothing to do: {} {} before", fmt::join(before, ", "), verb);
  return before.empty() ? fmt::format("{}: {}", verb, fmt::join(changed, ", "))
                        : fmt::format("{}: {}; {} before: {}", verb, fmt::join(changed, ", "), verb, fmt::join(before, ", "));
}

// {"paused":["orders"]}: those that were not so before.
std::string json_of(const std::string& verb, const Names& changed) {
  JsonText json;
  json.open_object().key(verb).open_array();
  for (const auto& name : changed) json.value(name);
  return json.close_array().close_object().take();
}

using Step = std::function<Result<Names>(postgres::Connection&)>;

int run(const Settings& settings, const Wanted& wanted, const std::string& command, const std::string& verb, const Step& step) {
  start_process(command, "warn");
  auto connection = open_log(settings, command);
  if (!connection) return give_up(connection.error());
  const Act act{actor_of(settings.actor), "projections " + command, fmt::format("{}", fmt::join(wanted.names, " ")), wanted.reason};
  return record_act(*connection->log, act, [&]() -> ActOutcome {
    auto postgres = postgres::Connection::open(read_model_connection(settings));
    const auto changed = postgres ? step(*postgres) : tl::unexpected(postgres.error());
    if (!changed) return {give_up(changed.error()), changed.error().text};
    const auto text = told(verb, wanted.lanes(), *changed);
    std::cout << (settings.output == "table" ? text : json_of(verb, *changed)) << '\n';
    return {exit_code::kGood, text};
  });
}

}  // namespace

void add_pause(CLI::App& app, const Settings& settings, int& exit_code) {
  const auto wanted = std::make_shared<Wanted>();
  auto* pausing = app.add_subcommand("pause", "holds projections where they are, in every process and beyond restarts");
  pausing->footer(kPauseFooter);
  pausing->add_option("--reason", wanted->reason, "why: others see it in `ls` and `ordo status`")->required();
  pausing->callback([&settings, &exit_code, wanted] {
    exit_code = run(settings, *wanted, "pause", "paused", [&](postgres::Connection& connection) {
      return projections::pause(connection, {wanted->lanes(), actor_of(settings.actor), wanted->reason});
    });
  });
  auto* resuming = app.add_subcommand("resume", "lets projections go on that are paused");
  resuming->footer(kResumeFooter);
  resuming->add_option("--reason", wanted->reason, "why, for the record");
  resuming->callback([&settings, &exit_code, wanted] {
    exit_code = run(settings, *wanted, "resume", "resumed",
                    [&](postgres::Connection& connection) { return projections::resume(connection, wanted->lanes()); });
  });
  for (auto* each : {pausing, resuming}) {
    each->add_option("name", wanted->names, fmt::format("these: {}", fmt::join(all_projections(), ", ")))->check(check_projection);
  }
}

}  // namespace ordo::cli
