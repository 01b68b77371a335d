#pragma once
// Purpose: the parts of `ordo projections`, one file each, and what they share.
// Threads: plain functions.

#include <set>
#include <string>
#include <vector>

#include "cli/settings.hpp"
#include "query-side/postgres/connection.hpp"

namespace ordo::cli {

[[nodiscard]] postgres::ConnectionOptions read_model_connection(const Settings& settings);

// For CLI11: answers what is wrong with the name of a projection.
[[nodiscard]] std::string check_projection(const std::string& name);
[[nodiscard]] std::vector<std::string> all_projections();

void add_rebuild(CLI::App& projections, const Settings& settings, int& exit_code);  // rebuild, swap
void add_diff(CLI::App& projections, const Settings& settings, int& exit_code);
void add_rollback(CLI::App& projections, const Settings& settings, int& exit_code);  // rollback, drop
void add_pause(CLI::App& projections, const Settings& settings, int& exit_code);     // pause, resume
void add_overview(CLI::App& projections, const Settings& settings, int& exit_code);  // ls, lag, checksum

}  // namespace ordo::cli
