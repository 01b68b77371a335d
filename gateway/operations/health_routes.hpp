#pragma once
// Purpose: what operators and load balancers ask: /livez (the process answers), /readyz (it can serve; ?verbose says what it looked
//          at), and where `/` leads.
// Threads: checks run in the worker pool and may block, shortly.

#include <functional>
#include <string>
#include <vector>

#include "gateway/http/router.hpp"

namespace ordo::operations {

struct Health {
  bool well = true;
  std::string state;  // "ok", "down", "half_open": one word, nothing internal
};

struct HealthCheck {
  std::string name;
  // Whether the gateway is not ready without it. Where only some requests suffer, it is told and no more.
  bool required = true;
  std::function<Health()> look;
};

void add_routes(http::Router& router, std::vector<HealthCheck> checks);

}  // namespace ordo::operations
