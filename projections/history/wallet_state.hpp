#pragma once
// Purpose: what a wallet was after some of its events: the rows that the projection makes of them, made by the projection itself.
// Errors:  corrupt for an event that this version cannot read; otherwise as the log.
// Threads: one; `wallet_events` blocks.

#include <optional>
#include <vector>

#include "projections/balances/wallet_rows.hpp"
#include "projections/history/order_events.hpp"

namespace ordo::projections {

// All that billing has said of a user, in order. A wallet's partition is known, so one stream of one partition is read, whole.
[[nodiscard]] Result<std::vector<log::LoggedEvent>> wallet_events(const LogSource& source, UserId user, Progress& progress);

struct WalletState {
  std::optional<BalanceRow> balance;     // nothing: there was no wallet yet
  std::vector<OperationRow> operations;  // oldest first
  std::vector<RefusedRow> refused;       // top-ups that moved no money
};

[[nodiscard]] Result<WalletState> wallet_after(const std::vector<log::LoggedEvent>& events);

}  // namespace ordo::projections
