#pragma once
// Purpose: the wallets of one partition as bytes, for snapshots.
// Errors: `load_ledger` answers corrupt.
// Threads: pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "command-side/billing/ledger.hpp"

namespace ordo::billing {

// Raised whenever the bytes, or what folding the same events gives, change.
inline constexpr std::uint32_t kLedgerVersion = 1;

[[nodiscard]] std::string save(const Ledger& ledger);
[[nodiscard]] Result<Ledger> load_ledger(std::string_view bytes);

}  // namespace ordo::billing
