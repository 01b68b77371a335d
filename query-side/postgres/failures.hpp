#pragma once
// Purpose: turns what libpqxx throws into failures. For the sources of this folder only.

#include "events/vocabulary/result.hpp"

namespace ordo::postgres {

// Requires: called in a catch block.
[[nodiscard]] Failure current_failure() noexcept;

}  // namespace ordo::postgres
