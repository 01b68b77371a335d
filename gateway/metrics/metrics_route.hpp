#pragma once
// Purpose: GET /metrics, for those who watch the system: to everybody else there is nothing at this path.
// Threads: on the reactor; figures compute and look at /proc, they wait for nobody. Owns: the metrics outlive the router.

#include "gateway/http/client_address.hpp"
#include "gateway/http/router.hpp"
#include "gateway/metrics/metrics.hpp"

namespace ordo::metrics {

void add_route(http::Router& router, const Metrics& metrics, http::Networks readers);

}  // namespace ordo::metrics
