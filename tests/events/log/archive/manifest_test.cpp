#include "events/log/archive/manifest.hpp"

#include <catch2/catch.hpp>

#include "events/log/archive/hashing.hpp"
#include "tests/events/log/archive/archive_fixture.hpp"

namespace ordo::log::archive {
namespace {

Manifest some_manifest() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
  return {.made = {1'800'000'000'123},
          .made_by = "ordo 0.1.0",
          .partitions = 4,
          .streams = {{kOrders, {3, 17, 15, 40, "abc"}}, {kCommands, {8, 7, 0, 0, "000"}}},
          .files = {{"ORDERS-0.ndjson.zst", {1234, "ff"}}, {"COMMANDS-0.ndjson.zst", {77, "ee"}}, {"users", {1, "dd"}}}};
}

TEST_CASE("a manifest is read as it was written") {
  const auto manifest = some_manifest();
  CHECK(decode_manifest(encode_manifest(manifest)).value() == manifest);
  CHECK(encode_manifest(manifest).find(name_of(manifest)) != std::string::npos);
}

TEST_CASE("no flipped bit of a manifest goes unnoticed, nor a missing end") {
  const auto text = encode_manifest(some_manifest());
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK_FALSE(decode_manifest(changed));
    CHECK_FALSE(decode_manifest(text.substr(0, at)));
  }
}

TEST_CASE("a manifest of another version is refused and named") {
  some_manifest();
  const std::string later = R"({"format":"ordo-backup","version":2,"made":"x")";
  Hashing hashing;
  hashing.add(later);
  const auto refused = decode_manifest(later + R"(,"checksum":")" + hashing.finish() + "\"}");
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().text, Catch::Contains("version 2"));
}

}  // namespace
}  // namespace ordo::log::archive
