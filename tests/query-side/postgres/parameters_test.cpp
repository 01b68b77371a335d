#include "query-side/postgres/parameters.hpp"

#include <catch2/catch.hpp>

using namespace ordo;
using namespace ordo::postgres;

namespace {

std::string hex(const Parameter& parameter) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char byte : parameter.bytes().value()) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

}  // namespace

TEST_CASE("integers of every width are bigints, most significant byte first") {
  CHECK(hex(1) == "0000000000000001");
  CHECK(hex(-1) == "ffffffffffffffff");
  CHECK(hex(std::uint32_t{0xFFFFFFFF}) == "00000000ffffffff");
  CHECK(hex(std::int64_t{0x0102030405060708}) == "0102030405060708");
}

TEST_CASE("a literal is text and not a boolean") { CHECK(hex("ab") == "6162"); }

TEST_CASE("an absent value is NULL") {
  CHECK_FALSE(Parameter(std::nullopt).bytes());
  CHECK_FALSE(Parameter(std::optional<std::string>()).bytes());
  CHECK(hex(std::optional<bool>(true)) == "01");
}

TEST_CASE("an array says its dimensions, its type and each element's length") {
  CHECK(hex(std::vector<bool>{true}) == "00000001" "00000000" "00000010" "00000001" "00000001" "00000001" "01");
  CHECK(hex(std::vector<std::string>{}) == "00000000" "00000000" "00000019");
}

TEST_CASE("a column marks that it holds NULLs") {
  Column<std::string_view> column;
  column.push("x");
  column.push_null();
  CHECK(column.size() == 2);
  CHECK(hex(column) == "00000001" "00000001" "00000019" "00000002" "00000001" "00000001" "78" "ffffffff");
}
