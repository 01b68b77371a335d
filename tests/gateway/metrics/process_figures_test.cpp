#include <catch2/catch.hpp>

#include <cstdlib>

#include <sys/resource.h>

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

TEST_CASE("a process that is out of descriptors says that all of them are open") {
  rlimit usual{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &usual) == 0);
  const rlimit none_left{3, usual.rlim_max};  // the first three are open
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none_left) == 0);
  const auto open = open_descriptors();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &usual) == 0);
  CHECK(open == 3);
  CHECK(open_descriptors() < descriptors_max());
}
