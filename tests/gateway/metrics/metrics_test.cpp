#include <catch2/catch.hpp>

#include <thread>
#include <vector>

#include "gateway/metrics/metrics.hpp"

using namespace ordo;
using namespace ordo::metrics;
using namespace std::chrono_literals;

namespace {

bool tells(const Metrics& metrics, const std::string& line) { return ("\n" + metrics.text()).find("\n" + line + "\n") != std::string::npos; }

}  // namespace

TEST_CASE("a request is counted by method, route and status") {
  Metrics metrics("1.2.3");
  metrics.count({http::Method::get, "/api/orders/{id}", 200, 2ms});
  metrics.count({http::Method::get, "/api/orders/{id}", 200, 2ms});
  metrics.count({http::Method::get, "/api/orders/{id}", 404, 2ms});
  CHECK(tells(metrics, R"(ordo_http_requests_total{method="GET",route="/api/orders/{id}",status="200"} 2)"));
  CHECK(tells(metrics, R"(ordo_http_requests_total{method="GET",route="/api/orders/{id}",status="404"} 1)"));
}

TEST_CASE("a path without a route is counted, under one name for all of them") {
  Metrics metrics("1.2.3");
  metrics.count({http::Method::get, "", 404, 1ms});
  metrics.count({http::Method::get, "", 404, 1ms});
  CHECK(tells(metrics, R"(ordo_http_requests_total{method="GET",route="none",status="404"} 2)"));
}

TEST_CASE("how long it took falls into a bucket of seconds") {
  Metrics metrics("1.2.3");
  metrics.count({http::Method::post, "/api/orders", 202, 4ms});
  CHECK(tells(metrics, R"(ordo_http_request_duration_seconds_bucket{method="POST",route="/api/orders",le="0.0025"} 0)"));
  CHECK(tells(metrics, R"(ordo_http_request_duration_seconds_bucket{method="POST",route="/api/orders",le="0.005"} 1)"));
  CHECK(tells(metrics, R"(ordo_http_request_duration_seconds_count{method="POST",route="/api/orders"} 1)"));
  CHECK(tells(metrics, R"(ordo_http_request_duration_seconds_sum{method="POST",route="/api/orders"} 0.004)"));
}

TEST_CASE("a figure is asked when somebody reads, and told with its kind") {
  Metrics metrics("1.2.3");
  double waiting = 1;
  metrics.add("ordo_waiting", "Who waits.", [&] { return waiting; });
  metrics.add("ordo_seconds_total", "Time.", [] { return 5.0; }, FigureKind::counter);
  waiting = 7;
  CHECK(tells(metrics, "# TYPE ordo_waiting gauge"));
  CHECK(tells(metrics, "ordo_waiting 7"));
  CHECK(tells(metrics, "# TYPE ordo_seconds_total counter"));
  CHECK(tells(metrics, "ordo_seconds_total 5"));
}

TEST_CASE("figures with a label are told one by one, and none where there are none") {
  Metrics metrics("1.2.3");
  std::map<std::string, double> lag{{"ORDERS-0", 3}, {"ORDERS-1", 0}};
  metrics.add("ordo_lag", "Lag.", "stream", [&] { return lag; });
  CHECK(tells(metrics, R"(ordo_lag{stream="ORDERS-0"} 3)"));
  CHECK(tells(metrics, R"(ordo_lag{stream="ORDERS-1"} 0)"));
  lag.clear();
  CHECK(metrics.text().find("ordo_lag{") == std::string::npos);
}

TEST_CASE("the version is told") { CHECK(tells(Metrics("1.2.3"), R"(ordo_build_info{version="1.2.3"} 1)")); }

TEST_CASE("what several threads count at once is all there") {
  constexpr int kThreads = 4;
  constexpr int kEach = 5'000;
  Metrics metrics("1.2.3");
  std::vector<std::jthread> threads;
  for (int number = 0; number < kThreads; ++number) {
    threads.emplace_back([&metrics] {
      for (int counted = 0; counted < kEach; ++counted) metrics.count({http::Method::get, "/livez", counted % 2 == 0 ? 200 : 503, 1ms});
    });
  }
  threads.clear();
  CHECK(tells(metrics, R"(ordo_http_requests_total{method="GET",route="/livez",status="200"} 10000)"));
  CHECK(tells(metrics, R"(ordo_http_requests_total{method="GET",route="/livez",status="503"} 10000)"));
}
