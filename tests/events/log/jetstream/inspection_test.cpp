#include <algorithm>

#include <catch2/catch.hpp>

#include "events/log/jetstream/inspection.hpp"
#include "events/log/jetstream/setup.hpp"
#include "tests/events/log/jetstream/jetstream_on_server.hpp"
#include "tests/events/log/nats_server/nats_server.hpp"

namespace ordo::log::jetstream {
namespace {

using namespace std::chrono_literals;

const StreamCondition& condition_of(const LogInspection& inspection, std::string_view stream) {
  const auto found = std::ranges::find(inspection.streams, stream, &StreamCondition::name);
  REQUIRE(found != inspection.streams.end());
  return *found;
}

TEST_CASE("a log that was just set up is as set-up makes it") {
  NatsServer server;
  const auto connection = connect_to(server);
  REQUIRE(set_up(*connection, 2, 1));
  REQUIRE(connection->request("orders.pending.0", "something", 5s));
  const auto before = SystemClock().now();
  const auto inspection = inspect(*connection, 4).value();
  CHECK(inspection.partitions == 2U);
  CHECK(inspection.replicas == 1);
  CHECK(inspection.stored_bytes > 0);
  CHECK(inspection.reserved_bytes == 0);
  REQUIRE(inspection.server_time);
  CHECK(std::abs(inspection.server_time->unix_ms - before.unix_ms) < 5'000);
  for (const auto& stream : inspection.streams) {
    CAPTURE(stream.name);
    CHECK((stream.is_there && stream.differences.empty() && stream.lame_copies.empty()));
  }
  for (const auto* name : {"KV_ordo", "ORDERS-1", "PARKED-0", "SNAPSHOTS", "AUDIT"}) condition_of(inspection, name);
}

TEST_CASE("streams that are missing or set otherwise are found, and so is that nothing was set up") {
  NatsServer server;
  const auto connection = connect_to(server);
  const auto nothing = inspect(*connection, 1).value();
  CHECK_FALSE(nothing.partitions);
  CHECK_FALSE(condition_of(nothing, "ORDERS-0").is_there);
  REQUIRE(set_up(*connection, 1, 1));
  REQUIRE(connection->request("$JS.API.STREAM.DELETE.SNAPSHOTS", "", 5s));
  const auto foreign = R"({"name":"SNAPSHOTS","subjects":["snapshots.>"],"max_age":5000000000,"storage":"file"})";
  CHECK_FALSE(condition_of(inspect(*connection, 1).value(), "SNAPSHOTS").is_there);
  REQUIRE(connection->request("$JS.API.STREAM.CREATE.SNAPSHOTS", foreign, 5s));
  CHECK_THAT(condition_of(inspect(*connection, 1).value(), "SNAPSHOTS").differences, Catch::Contains("max_age is 5000000000 instead of 0"));
}

TEST_CASE("a server's page tells how it syncs, where it stores and what its clock says") {
  const auto page = parse_server_page(R"({"server_name":"ordo","version":"2.10.27","now":"2026-01-31T12:00:00.5Z","jetstream":{"config":)"
                                      R"({"store_dir":"/data/jetstream","sync_interval":120000000000,"sync_always":true}}})");
  REQUIRE(page);
  CHECK((page->name == "ordo" && page->version == "2.10.27" && page->syncs_always && page->store_folder == "/data/jetstream"));
  CHECK(page->sync_interval_ms == 120'000);
  CHECK(page->now == parse_timestamp("2026-01-31T12:00:00.500Z"));
  const auto lazy = parse_server_page(R"({"version":"2.10.27","jetstream":{"config":{"sync_interval":120000000000}}})");
  REQUIRE(lazy);
  CHECK_FALSE(lazy->syncs_always);
  CHECK_FALSE(parse_server_page("<html>"));
  CHECK_FALSE(parse_server_page("{}"));
}

TEST_CASE("the greeting of a server tells its version") {
  CHECK(version_in_greeting(R"(INFO {"server_id":"N","version":"2.10.27","jetstream":true} )") == "2.10.27");
  CHECK_FALSE(version_in_greeting("220 mail.example ready"));
  CHECK_FALSE(version_in_greeting("INFO {}"));
}

TEST_CASE("the greeting of a server tells whether it asks who connects") {
  CHECK(asks_for_a_user(R"(INFO {"version":"2.10.27","auth_required":true} )"));
  CHECK_FALSE(asks_for_a_user(R"(INFO {"version":"2.10.27"} )"));
}

}  // namespace
}  // namespace ordo::log::jetstream
