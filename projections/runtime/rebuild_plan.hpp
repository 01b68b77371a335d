#pragma once
// Purpose: what a rebuild would do, without doing anything.
// Errors:  as `rebuild`, but it does not care whether another is at work.
// Threads: one.

#include "projections/runtime/rebuild.hpp"

namespace ordo::projections {

struct RebuildPlan {
  bool goes_on = false;              // with what stands in `read_next`; otherwise that is dropped, if it is there
  std::string note;                  // what the tables would hold, if not simply all
  std::string standing;              // what those that stand there hold; empty: all, or there are none
  std::uint64_t messages_total = 0;
  std::uint64_t messages_done = 0;   // that stand there, or are kept
  std::uint64_t events_left = 0;     // about
};

[[nodiscard]] Result<RebuildPlan> plan_rebuild(const RebuildSettings& settings);

}  // namespace ordo::projections
