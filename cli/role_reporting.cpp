#include "cli/role_reporting.hpp"

#include <filesystem>
#include <system_error>

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include "cli/lease_keeping.hpp"

namespace ordo::cli {
namespace {

// What cannot be counted is not told.
void count_open_files(RoleReport& report) {
  std::error_code error;
  std::uint64_t open = 0;
  for (std::filesystem::directory_iterator each("/proc/self/fd", error), end; !error && each != end; each.increment(error)) ++open;
  rlimit limit{};
  if (error || getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  report.open_files = open;
  report.open_files_max = limit.rlim_cur;
}

}  // namespace

RoleReporting::RoleReporting(const std::string& role, const Settings& settings, LogConnection& connection,
                             std::function<std::vector<Consumer>()> consumers)
    : port_(connection.nats) {
  const RoleReport about{role, instance_name(settings), ORDO_VERSION, SystemClock().now(), {}, {}};
  auto service = serve_reports(port_, [about, consumers = std::move(consumers)] {
    auto report = about;
    report.now = SystemClock().now();
    count_open_files(report);
    if (consumers) report.consumers = consumers();
    return report;
  });
  if (service) {
    service_ = std::move(*service);
  } else {
    spdlog::warn("`ordo status` will not see this process: {}", service.error().text);
  }
}

}  // namespace ordo::cli
