#include "cli/role_reporting.hpp"

#include <spdlog/spdlog.h>

#include "cli/lease_keeping.hpp"
#include "gateway/metrics/process_figures.hpp"

namespace ordo::cli {

RoleReporting::RoleReporting(const std::string& role, const Settings& settings, LogConnection& connection,
                             std::function<std::vector<Consumer>()> consumers)
    : port_(connection.nats) {
  const RoleReport about{role, instance_name(settings), ORDO_VERSION, SystemClock().now(), {}, {}};
  auto service = serve_reports(port_, [about, consumers = std::move(consumers)] {
    auto report = about;
    report.now = SystemClock().now();
    report.open_files = metrics::open_descriptors();
    report.open_files_max = metrics::descriptors_max();
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
