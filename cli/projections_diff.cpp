#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/connections.hpp"
#include "cli/difference_text.hpp"
#include "cli/exit_codes.hpp"
#include "cli/interruption.hpp"
#include "cli/lifetime.hpp"
#include "cli/projections.hpp"
#include "cli/table.hpp"
#include "projections/read_model.hpp"
#include "projections/verification/swap_preview.hpp"

namespace ordo::cli {
namespace {

constexpr auto kFooter =
    "Compares what `ordo projections rebuild --no-swap` has filled (NEXT) with what serves (HERE), at one place of the log and as of one\n"
    "moment, row by row, while everything goes on. Works between versions as well: columns and tables that only one of them has are named.\n"
    "Exit: 0 nothing differs, 2 something does, 1 it could not be compared; stderr says why. As `ordo verify` does.\n"
    "Example: ordo projections rebuild --no-swap && ordo projections diff --samples 10\n"
    "Example: ordo projections diff --output json | jq .summary";

int run_diff(const Settings& settings, std::size_t samples_max) {
  start_process("diff", "warn");
  const Interruption interruption;
  auto connection = open_log(settings, "diff");
  if (!connection) return give_up(connection.error());
  const auto differences = projections::preview_swap({.model = projections::read_model(), .log = *connection->log,
                                                      .partitions = settings.partitions, .connection = read_model_connection(settings),
                                                      .samples_max = samples_max,
                                                      .goes_on = [stop = interruption.token()] { return !stop.stop_requested(); }});
  if (!differences) return give_up(differences.error());
  if (settings.output == "table") std::cout << difference_text(*differences, stdout_is_coloured());
  if (settings.output == "json") std::cout << difference_json(*differences);
  if (settings.output == "ndjson") std::cout << difference_lines(*differences);
  return all_same(*differences) ? exit_code::kGood : exit_code::kNo;
}

}  // namespace

void add_diff(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("diff", "what a swap would change: rows only here, only there, different, with samples");
  command->footer(kFooter);
  const auto samples_max = std::make_shared<std::size_t>(3);
  command->add_option("--samples", *samples_max, "so many rows of each kind and table are shown (3)")->check(CLI::Range(0, 1'000));
  command->callback([&settings, &exit_code, samples_max] { exit_code = run_diff(settings, *samples_max); });
}

}  // namespace ordo::cli
