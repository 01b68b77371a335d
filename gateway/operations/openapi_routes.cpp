#include "gateway/operations/openapi_routes.hpp"

#include <string>
#include <utility>

#include "gateway/operations/embedded_openapi.hpp"

namespace ordo::operations {

void add_openapi_route(http::Router& router) {
  router.add({.method = http::Method::get,
              .pattern = "/openapi.json",
              .handler = [](const http::Request&, http::Responder responder) {
                auto response = http::json_response(200, std::string(kEmbeddedOpenApi));
                response.with("ETag", http::strong_etag(kEmbeddedOpenApiVersion)).with("Cache-Control", "no-cache");
                responder.answer(std::move(response));
              },
              .access = http::Access::anyone,
              .runs_on = http::RunsOn::reactor});
}

}  // namespace ordo::operations
