#pragma once
// Purpose: turns what libpqxx throws and the server answers into failures. For the sources of this folder only.

#include <string>
#include <string_view>

#include "events/vocabulary/result.hpp"

namespace ordo::postgres {

// Requires: called in a catch block.
[[nodiscard]] Failure current_failure() noexcept;

// `state`: the SQLSTATE; empty when it is libpq that says so.
[[nodiscard]] Failure server_failure(std::string_view text, const std::string& state);

}  // namespace ordo::postgres
