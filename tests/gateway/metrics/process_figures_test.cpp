#include <catch2/catch.hpp>

#include <cstdlib>

#include "gateway/metrics/process_figures.hpp"

using namespace ordo::metrics;

namespace {

double number_of(const std::string& text, const std::string& name) {
  const auto at = ("\n" + text).find("\n" + name + " ");
  REQUIRE(at != std::string::npos);
  return std::strtod(text.c_str() + at + name.size(), nullptr);
}

}  // namespace

TEST_CASE("a process tells its memory, time, threads and descriptors under the names that Prometheus gives them") {
  Metrics metrics("1.2.3");
  add_process_figures(metrics);
  const auto text = metrics.text();
  CHECK(number_of(text, "process_resident_memory_bytes") > 1e6);
  CHECK(number_of(text, "process_cpu_seconds_total") > 0);
  CHECK(number_of(text, "process_threads") >= 1);
  CHECK(number_of(text, "process_open_fds") >= 3);
  CHECK(number_of(text, "process_max_fds") >= number_of(text, "process_open_fds"));
  CHECK(number_of(text, "process_start_time_seconds") > 1.7e9);
}
