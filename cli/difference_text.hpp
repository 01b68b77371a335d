#pragma once
// Purpose: what a swap would change, told to people and programs.
// Threads: plain values.

#include <string>
#include <vector>

#include "projections/verification/schema_difference.hpp"

namespace ordo::cli {

using Differences = std::vector<projections::TableDifference>;

[[nodiscard]] bool all_same(const Differences& differences);

// One line: "412 orders and 3 balances differ: orders 412 changed (total 412); balances 3 only in read_next"
[[nodiscard]] std::string summary_of(const Differences& differences);

// The line, a table, and samples.
[[nodiscard]] std::string difference_text(const Differences& differences, bool coloured);
[[nodiscard]] std::string difference_json(const Differences& differences);
// One object per table.
[[nodiscard]] std::string difference_lines(const Differences& differences);

}  // namespace ordo::cli
