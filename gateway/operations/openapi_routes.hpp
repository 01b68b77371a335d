#pragma once
// Purpose: GET /openapi.json: what this gateway answers to, from gateway/openapi.yaml as it was when this program was built.
// Threads: as the router.

#include "gateway/http/router.hpp"

namespace ordo::operations {

void add_openapi_route(http::Router& router);

}  // namespace ordo::operations
