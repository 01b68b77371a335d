#include <catch2/catch.hpp>

#include "events/log/position.hpp"

namespace ordo::log {
namespace {

using Positions = std::vector<StreamPosition>;

TEST_CASE("positions are ordered by sequence, then by index") {
  CHECK(Position{1, 9} < Position{2, 0});
  CHECK(Position{2, 0} < Position{2, 1});
  CHECK(Position{2, 1} == Position{2, 1});
}

TEST_CASE("a position is read as it is written") {
  const StreamPosition position{{StreamKind::orders, 2}, {1234, 7}};
  CHECK(text(position) == "ORDERS-2@1234.7");
  CHECK(parse_stream_position("ORDERS-2@1234.7") == position);
  for (const auto* wrong : {"", "ORDERS-2", "ORDERS-2@1234", "ORDERS-2@.7", "ORDERS-2@1.-7", "ORDERS@1.7", "ORDERS-2@1.7 "}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_stream_position(wrong));
  }
}

TEST_CASE("a token gives back the positions that it was made of") {
  const auto positions = GENERATE(Positions{{{StreamKind::orders, 2}, {1234, 7}}},
                                  Positions{{{StreamKind::commands, 0}, {0, 0}}},
                                  Positions{{{StreamKind::users, 1023}, {UINT64_MAX, UINT32_MAX}}},
                                  Positions{{{StreamKind::orders, 0}, {1, 0}}, {{StreamKind::billing, 0}, {2, 3}}});
  const auto token = encode_position_token(positions);
  CHECK(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos);
  CHECK(decode_position_token(token) == positions);
}

TEST_CASE("a token stays what it is: clients keep them") {
  CHECK(encode_position_token({{{StreamKind::orders, 2}, {1234, 7}}}) == "MSBPUkRFUlMtMkAxMjM0Ljc");
}

TEST_CASE("what is no token is corrupt") {
  const std::string token = GENERATE(
      "", "x", "!!!!", "MSBPUkRFUlMtMkAxMjM0Ljc=", "MSBPUkRFUlMtMkAxMjM0Lj", "MQ",  // "1"
      "MiBPUkRFUlMtMkAxMjM0Ljc",                                                    // another version
      "MSBPUkRFUlMtMDJAMS4w",                                                       // "1 ORDERS-02@1.0"
      "MSBPUkRFUlMtMkAxLjA3",                                                       // "1 ORDERS-2@1.07"
      "MSBPUkRFUlMtMkAtMS4w",                                                       // "1 ORDERS-2@-1.0"
      "MSBOT1RISU5HLTJAMS4w",                                                       // "1 NOTHING-2@1.0"
      "MSAgT1JERVJTLTJAMS4w");                                                      // two spaces
  CAPTURE(token);
  const auto decoded = decode_position_token(token);
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().kind == FailureKind::corrupt);
}

TEST_CASE("a token that is too long is corrupt") { CHECK_FALSE(decode_position_token(std::string(1'000'000, 'A'))); }

}  // namespace
}  // namespace ordo::log
