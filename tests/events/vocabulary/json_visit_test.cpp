#include <string>

#include <catch2/catch.hpp>

#include "events/vocabulary/json_visit.hpp"

namespace ordo {
namespace {

TEST_CASE("JSON is read as paths and values") {
  const auto flat = flatten_json(
      R"( {"a": 1, "b": {"c": ["x", "\u003e\n\"\u00e9", {}], "d": []}, "e": [true, null, -1.5e3]} )");
  REQUIRE(flat);
  CHECK(*flat == FlatJson{{"a", "1"},      {"b.c.0", "x"},  {"b.c.1", ">\n\"\u00e9"},
                          {"e.0", "true"}, {"e.1", "null"}, {"e.2", "-1.5e3"}});
}

TEST_CASE("what is no JSON is refused") {
  const auto* const text = GENERATE("", "{", "}", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "\"open", "tru", "1 2",
                                    "{} x", "+1", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
                                    "\"\n\"", "nan", "infinity", "{\"a\":1,}");
  CAPTURE(text);
  CHECK_FALSE(flatten_json(text));
}

TEST_CASE("JSON that is nested too deep is refused") {
  CHECK(flatten_json(std::string(16, '[') + std::string(16, ']')));
  CHECK_FALSE(flatten_json(std::string(18, '[') + std::string(18, ']')));
  CHECK_FALSE(flatten_json(std::string(1'000'000, '[')));
}

}  // namespace
}  // namespace ordo
