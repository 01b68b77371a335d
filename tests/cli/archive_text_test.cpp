#include "cli/archive_text.hpp"

#include <catch2/catch.hpp>
#include <sodium.h>

namespace ordo::cli {
namespace {

log::archive::Manifest some_manifest() {
  REQUIRE(sodium_init() >= 0);
  return {.made = {1'800'000'000'123},
          .made_by = "ordo 0.1.0",
          .partitions = 4,
          .streams = {{{log::StreamKind::orders, 0}, {3, 17, 15, 40, "abc"}}, {{log::StreamKind::billing, 0}, {1, 2, 2, 5, "def"}}},
          .files = {{"ORDERS-0.ndjson.zst", {1234, "ff"}}, {"identity.ndjson.zst", {66, "dd"}}}};
}

TEST_CASE("a backup is shown stream by stream, and what it comes to") {
  const auto manifest = some_manifest();
  const auto table = manifest_table("/backups/one", manifest, false);
  CHECK_THAT(table, Catch::Contains("ORDERS-0") && Catch::Contains("1234"));
  CHECK_THAT(table, Catch::Contains("/backups/one: 45 events in 17 messages, 4 partitions, 1300 bytes, made 2027-01-15T08:00:00.123Z"));
  CHECK_THAT(table, Catch::Contains("name " + log::archive::name_of(manifest)));
}

TEST_CASE("a backup is told to programs with the same figures") {
  const auto json = manifest_json("/backups/one", some_manifest());
  CHECK_THAT(json, Catch::Contains(R"("messages":17,"events":45,"bytes":1300)"));
  CHECK_THAT(json, Catch::Contains(R"({"stream":"ORDERS-0","first":3,"last":17,"messages":15,"events":40,"chain":"abc","bytes":1234})"));
}

}  // namespace
}  // namespace ordo::cli
