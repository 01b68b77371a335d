#include "gateway/metrics/metrics_route.hpp"

#include <utility>

namespace ordo::metrics {

void add_route(http::Router& router, const Metrics& metrics, http::Networks readers) {
  router.add({.method = http::Method::get,
              .pattern = "/metrics",
              .handler =
                  [&metrics, readers = std::move(readers)](const http::Request& request, http::Responder responder) {
                    if (!http::is_within(request.client_address, readers)) {
                      return responder.refuse(http::problem(http::ProblemCode::not_found, "There is nothing at this path."));
                    }
                    http::Response response;
                    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
                    response.body = metrics.text();
                    responder.answer(std::move(response.with("Cache-Control", "no-store")));
                  },
              .access = http::Access::anyone,
              .runs_on = http::RunsOn::reactor,
              .rated = http::Rated::no});
}

}  // namespace ordo::metrics
