#include <catch2/catch.hpp>

#include "gateway/reads/cursor.hpp"

namespace ordo::reads {

TEST_CASE("a cursor opens for the list that it was made for, on every gateway with the same key") {
  const auto cursor = CursorSeal("key").seal("orders of anna", "17 a");
  REQUIRE(CursorSeal("key").open("orders of anna", cursor) == "17 a");
  REQUIRE(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos);
}

TEST_CASE("a cursor of another list or another key is refused") {
  const auto cursor = CursorSeal("key").seal("orders of anna", "17 a");
  REQUIRE(CursorSeal("key").open("orders of bert", cursor).error().code == http::ProblemCode::invalid_cursor);
  REQUIRE(CursorSeal("another key").open("orders of anna", cursor).error().code == http::ProblemCode::invalid_cursor);
}

TEST_CASE("a cursor in which any one character was changed, taken or added is refused") {
  const CursorSeal seal("key");
  const auto cursor = seal.seal("list", "17 a");
  const auto refused = [&](const std::string& tampered) { return !seal.open("list", tampered).has_value(); };
  for (std::size_t at = 0; at < cursor.size(); ++at) {
    for (int other = 0; other < 256; ++other) {
      auto tampered = cursor;
      tampered[at] = static_cast<char>(other);
      REQUIRE((tampered == cursor || refused(tampered)));
    }
    REQUIRE(refused(cursor.substr(0, at)));
    REQUIRE(refused(cursor.substr(0, at) + 'A' + cursor.substr(at)));
  }
  for (const auto& nonsense : {std::string(), std::string("AAAA"), std::string("?"), std::string(10'000, 'A')}) {
    REQUIRE(refused(nonsense));
  }
}

}  // namespace ordo::reads
