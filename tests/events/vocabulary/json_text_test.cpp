#include <catch2/catch.hpp>

#include "events/vocabulary/json_text.hpp"

namespace ordo {
namespace {

TEST_CASE("commas stand between values and nowhere else") {
  JsonText json;
  json.open_object().member("a", 1).key("b").open_array().value(1).value("x").open_object().close_object().close_array();
  json.key("c").open_array().close_array().key("d").open_object().member("e", true).close_object().close_object();
  CHECK(json.take() == R"({"a":1,"b":[1,"x",{}],"c":[],"d":{"e":true}})");
}

TEST_CASE("every kind of value is written as itself") {
  JsonText json;
  json.open_array().value(true).value(false).null().value(INT64_MIN).value(UINT64_MAX).value("text");
  json.value(std::string_view("view")).raw(R"({"raw":1})").close_array();
  CHECK(json.take() == R"([true,false,null,-9223372036854775808,18446744073709551615,"text","view",{"raw":1}])");
}

TEST_CASE("a member without a value is left out") {
  JsonText json;
  json.open_object().member_if("a", std::optional<int>()).member_if("b", std::optional(2));
  json.raw_member("c", "[3]").close_object();
  CHECK(json.take() == R"({"b":2,"c":[3]})");
}

TEST_CASE("text is escaped, letters of all languages stay") {
  CHECK(JsonText().value("a\"b\\c\n\r\t").take() == R"("a\"b\\c\n\r\t")");
  CHECK(JsonText().value(std::string_view("\0\x01\x1f\x7f", 4)).take() == "\"\\u0000\\u0001\\u001f\x7f\"");
  CHECK(JsonText().value("Привет, €, 😀").take() == "\"Привет, €, 😀\"");
  CHECK(JsonText().open_object().member("k\"ey", "v").close_object().take() == R"({"k\"ey":"v"})");
}

}  // namespace
}  // namespace ordo
