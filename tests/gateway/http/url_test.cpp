#include <catch2/catch.hpp>

#include "gateway/http/url.hpp"

using namespace ordo::http;

namespace Catch {
template <>
struct StringMaker<Parameter> {
  static std::string convert(const Parameter& parameter) { return parameter.name + '=' + parameter.value; }
};
}  // namespace Catch

TEST_CASE("a path is taken apart before it is decoded") {
  using Segments = std::vector<std::string>;
  CHECK(*parse_path("/api/orders/a%20b") == Segments{"api", "orders", "a b"});
  CHECK(*parse_path("/a%2Fb/c+d") == Segments{"a/b", "c+d"});
  CHECK(*parse_path("/") == Segments{""});
  CHECK(*parse_path("/a/") == Segments{"a", ""});
  CHECK(*parse_path("/%D0%B6") == Segments{"ж"});
}

TEST_CASE("a query is taken apart and decoded") {
  CHECK(*parse_query("") == Parameters{});
  CHECK(*parse_query("a=1&b=x+y%2B&c&d=&&e==") ==
        Parameters{{"a", "1"}, {"b", "x y+"}, {"c", ""}, {"d", ""}, {"e", "="}});
}

TEST_CASE("broken escapes, U+0000 and bytes that are not UTF-8 are refused") {
  for (const char* bad :
       {"%", "%2", "%zz", "%2x", "%+1", "%00", "%ff", "%C0%AF", "%ED%A0%80", "%F5%80%80%80", "%E2%82", "a%-1"}) {
    CAPTURE(bad);
    REQUIRE_FALSE(parse_path(std::string("/") + bad).has_value());
    REQUIRE_FALSE(parse_query(std::string("a=") + bad).has_value());
    CHECK(parse_query(std::string(bad) + "=1").error().code == ProblemCode::malformed_url);
  }
}

TEST_CASE("a parameter that stands twice is refused") {
  const auto query = parse_query("limit=1&%6Cimit=2");
  REQUIRE_FALSE(query.has_value());
  CHECK(query.error().code == ProblemCode::invalid_parameter);
}
