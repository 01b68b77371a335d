#pragma once
// Purpose: what Prometheus expects of every process: memory, processor time, threads, descriptors, under the names that it gives them.
// Source: /proc/self; what cannot be read there is told as 0.

#include "gateway/metrics/metrics.hpp"

namespace ordo::metrics {

void add_process_figures(Metrics& metrics);

}  // namespace ordo::metrics
