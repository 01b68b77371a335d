#include "command-side/runtime/snapshot.hpp"

#include <catch2/catch.hpp>

namespace ordo::runtime {
namespace {

Snapshot any_snapshot() {
  return {{log::StreamKind::billing, 3},
          7,
          {1'234'567, EventId::random(), {{log::StreamKind::users, {5, 0}}, {log::StreamKind::orders, {99, 12}}}},
          {1'800'000'000'000},
          std::string("state\0with anything in it\xFF", 27)};
}

void require_no_snapshot(const std::string& bytes, const std::string& why) {
  const auto snapshot = decode_snapshot(bytes);
  REQUIRE_FALSE(snapshot);
  CHECK(snapshot.error().kind == FailureKind::corrupt);
  CHECK_THAT(snapshot.error().text, Catch::Contains(why));
}

}  // namespace

TEST_CASE("a snapshot comes back as it was written") {
  const auto snapshot = any_snapshot();
  CHECK((decode_snapshot(encode_snapshot(snapshot)).value() == snapshot));
  CHECK((decode_snapshot(encode_snapshot({})).value() == Snapshot{}));
}

TEST_CASE("a snapshot of which any one byte was changed is none") {
  const auto bytes = encode_snapshot(any_snapshot());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    REQUIRE_FALSE(decode_snapshot(damaged));
  }
}

TEST_CASE("a snapshot that was torn anywhere, or has something behind it, is none") {
  const auto bytes = encode_snapshot(any_snapshot());
  for (std::size_t size = 0; size < bytes.size(); ++size) REQUIRE_FALSE(decode_snapshot(bytes.substr(0, size)));
  require_no_snapshot(bytes + "x", "checksum");
  require_no_snapshot("nonsense", "no snapshot");
}

}  // namespace ordo::runtime
