#include <catch2/catch.hpp>

#include "cli/role_report.hpp"
#include "events/log/in_memory_request_reply.hpp"

using namespace ordo;
using cli::RoleReport;
using log::StreamKind;

namespace {

const RoleReport kReport{"billing", "billing-2", "0.1.0", {1'000}, {2'000}, {{{StreamKind::billing, 3}, {StreamKind::orders, 3}, 17},
                                                                         {{StreamKind::billing, 3}, {StreamKind::users, 3}, 0}}, 37, 1'024};

}  // namespace

TEST_CASE("a report is read as it was written") {
  CHECK(cli::parse_report(text(kReport)) == kReport);
  const RoleReport gateway{"gateway", "gateway", "0.1.0", {1}, {2}, {}};
  CHECK(cli::parse_report(text(gateway)) == gateway);
}

TEST_CASE("what a newer version reports beside is passed over, and what is no report is none") {
  CHECK(cli::parse_report(text(kReport) + "weather fine\n") == kReport);
  for (const auto* wrong : {"", "role a\n", "instance a\n", "role a\ninstance b\nstarted now\n", "role a\ninstance b\nconsumer X\n",
                            "role a\ninstance b\nopen_files many\n"}) {
    CAPTURE(wrong);
    CHECK_FALSE(cli::parse_report(wrong));
  }
}

TEST_CASE("every process that serves answers for itself") {
  log::InMemoryRequestReply port;
  const auto billing = cli::serve_reports(port, [] { return kReport; });
  const auto gateway = cli::serve_reports(port, [] { return RoleReport{"gateway", "one", "0.1.0", {1}, {2}, {}}; });
  REQUIRE((billing && gateway));
  CHECK(port.request_all(cli::kRolesSubject, "", std::chrono::milliseconds(1)).value().size() == 2);
}
