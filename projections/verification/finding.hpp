#pragma once
// Purpose: what a verification says: each check, how much it looked at, and the first thing that is not as it must be.
// Threads: plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ordo::projections {

struct Finding {
  std::string where;     // "BILLING-2@17.3", "read.balances user_id=… column balance"
  std::string rule;      // what must hold, as a sentence
  std::string expected;  // empty where the rule says it all
  std::string found;

  friend bool operator==(const Finding&, const Finding&) = default;
};

struct Check {
  std::string name;  // "log of partition 2", "read.balances"
  std::uint64_t count = 0;
  std::string unit;  // of the count: events, rows, wallets
  std::optional<Finding> finding;
  std::string detail;  // for people; may be empty
};

using Checks = std::vector<Check>;

}  // namespace ordo::projections
