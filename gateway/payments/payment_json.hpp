#pragma once
// Purpose: wallets as clients see them.
// Threads: pure functions.

#include "events/vocabulary/json_text.hpp"
#include "gateway/http/problem.hpp"
#include "gateway/http/response.hpp"
#include "query-side/balances/balances.hpp"

namespace ordo::billing {

void write(JsonText& json, const balances::OperationView& operation);

[[nodiscard]] std::string balance_location(UserId user);

// 200, with its ETag where the version is known: an account that was just opened has none yet.
[[nodiscard]] http::Response balance_response(const balances::BalanceView& balance);

[[nodiscard]] http::Response top_up_accepted(OperationId operation, UserId user);
[[nodiscard]] http::Response account_accepted(UserId user, Currency currency);

// What a client is told that waited for a top-up: 200, or why it was refused; 422 where the operation is that of another
// request, which came with the same key.
[[nodiscard]] Result<http::Response, http::Problem> final_response(const balances::OperationOutcome& operation,
                                                                   const IdBytes& fingerprint);

}  // namespace ordo::billing
