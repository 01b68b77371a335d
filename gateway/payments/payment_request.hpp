#pragma once
// Purpose: requests for wallets, checked.
// Errors: 400 and 422 as body.hpp.
// Threads: pure functions.

#include <string>
#include <string_view>

#include "events/vocabulary/money.hpp"
#include "gateway/http/problem.hpp"

namespace ordo::billing {

[[nodiscard]] Result<Money, http::Problem> read_top_up(std::string_view body);

// The currency of an account that is asked for; `otherwise` where the body names none or there is no body.
[[nodiscard]] Result<Currency, http::Problem> read_account(std::string_view body, Currency otherwise);

// The same for top-ups of the same amount, whatever the spelling. Fingerprints are stored: never change how this is made.
[[nodiscard]] std::string canonical(const Money& amount);

}  // namespace ordo::billing
