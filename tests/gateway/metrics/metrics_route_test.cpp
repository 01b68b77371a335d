#include <catch2/catch.hpp>

#include "gateway/metrics/metrics_route.hpp"

using namespace ordo;
using namespace ordo::metrics;

namespace {

http::Response ask_from(const std::string& address) {
  http::WorkerPool pool(1, 10);
  http::Router router({}, pool);
  const Metrics metrics("1.2.3");
  add_route(router, metrics, *http::parse_networks("127.0.0.0/8, 10.0.0.0/8, 2001:db8::/64"));
  http::Request request;
  request.path = "/metrics";
  request.client_address = address;
  http::Response answered;
  http::Responder responder(request, [&](http::Response response) { answered = std::move(response); });
  router.dispatch(std::move(request), std::move(responder));
  return answered;
}

}  // namespace

TEST_CASE("who watches the system reads its metrics as Prometheus wants them") {
  for (const auto* reader : {"127.0.0.1", "10.1.2.3", "2001:db8::/64"}) {
    CAPTURE(reader);
    const auto answer = ask_from(reader);
    CHECK(answer.status == 200);
    CHECK(answer.content_type == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(answer.body.find("ordo_build_info") != std::string::npos);
  }
}

TEST_CASE("to everybody else there is nothing at the path of the metrics") {
  for (const auto* stranger : {"192.0.2.7", "2001:db8:0:1::/64", "", "nonsense"}) {
    CAPTURE(stranger);
    const auto answer = ask_from(stranger);
    CHECK(answer.status == 404);
    CHECK(answer.body.find("There is nothing at this path.") != std::string::npos);
    CHECK(answer.body.find("ordo_build_info") == std::string::npos);
  }
}
