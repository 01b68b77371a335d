#pragma once
// Purpose: what Prometheus expects of every process: memory, processor time, threads, descriptors, under the names that it gives them.
// Source: /proc/self; what cannot be read there is told as 0.
// Threads: all.

#include <cstdint>

#include "gateway/metrics/metrics.hpp"

namespace ordo::metrics {

void add_process_figures(Metrics& metrics);

// Of this process.
[[nodiscard]] std::uint64_t open_descriptors();
[[nodiscard]] std::uint64_t descriptors_max();

}  // namespace ordo::metrics
