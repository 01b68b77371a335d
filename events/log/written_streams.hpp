#pragma once
// Purpose: the streams that hold something which nothing else repeats: what a copy of the log has to hold.
// Threads: plain values.

#include <vector>

#include "events/log/stream.hpp"

namespace ordo::log {

[[nodiscard]] std::vector<StreamName> written_streams(Partition partitions);

}  // namespace ordo::log
