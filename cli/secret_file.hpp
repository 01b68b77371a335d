#pragma once
// Purpose: a secret out of a file: a password, whose owner keeps it from others' eyes.
// Errors:  unavailable: it cannot be read; corrupt: nothing is in it. The text names the file and never what is in it.
// Threads: all.

#include <string>

#include "events/vocabulary/result.hpp"

namespace ordo::cli {

// Without the end of the line that editors and echo leave. "-": standard input.
[[nodiscard]] Result<std::string> read_secret(const std::string& path);

}  // namespace ordo::cli
