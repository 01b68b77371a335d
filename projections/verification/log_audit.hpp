#pragma once
// Purpose: audits the log alone, partition after partition: merges the streams of each so that causes come before their effects, and
//          gives every message to `PartitionAudit`. The log may grow meanwhile: what stood in it at the start is audited, and what that
//          refers to.
// Errors:  unavailable, timeout: the log could not be read to the end. Whatever is wrong with the log itself is a finding.
// Threads: one; it blocks.

#include <stop_token>

#include "events/log/event_log.hpp"
#include "projections/verification/finding.hpp"
#include "projections/verification/progress.hpp"

namespace ordo::projections {

struct LogAuditSettings {
  log::EventLog& log;
  log::Partition partitions = log::kPartitionsDefault;
  std::stop_token stop;
  std::chrono::milliseconds silence_max{2'000};  // as of `log::LogCursor`
};

// One check per partition, then one per currency.
[[nodiscard]] Result<Checks> audit_log(const LogAuditSettings& settings, Progress& progress);

}  // namespace ordo::projections
