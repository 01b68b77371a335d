#include <catch2/catch.hpp>

#include <string>

#include "gateway/http/body.hpp"

using namespace ordo;
using namespace ordo::http;

namespace {

using Errors = std::vector<FieldError>;

Body parsed(std::string_view text) {
  auto body = Body::parse(text);
  REQUIRE(body.has_value());
  return std::move(*body);
}

// What `read` finds wrong with the text.
template <class Read>
Errors errors_of(std::string_view text, Read read) {
  Body body = parsed(text);
  read(body);
  const auto checked = body.finish();
  if (checked) return {};
  CHECK(checked.error().code == ProblemCode::validation_failed);
  return checked.error().errors;
}

Errors errors_of_integer(std::string_view number) {
  return errors_of("{\"n\":" + std::string(number) + '}',
                   [](Body& body) { (void)body.required_integer("n", 1, 1'000'000'000'000); });
}

Errors errors_of_string(std::string_view literal, TextRule rule) {
  return errors_of("{\"s\":" + std::string(literal) + '}', [&](Body& body) { (void)body.required_string("s", rule); });
}

ProblemCode refusal_of(std::string_view text) {
  const auto body = Body::parse(text);
  REQUIRE_FALSE(body.has_value());
  return body.error().code;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

namespace Catch {
template <>
struct StringMaker<FieldError> {
  static std::string convert(const FieldError& error) { return error.pointer + ": " + error.detail; }
};
}  // namespace Catch

TEST_CASE("a valid body gives its values") {
  Body body = parsed(R"({"name":"Анна","amount":1250,"currency":"EUR","quiet":true,
                        "user_id":"01890a5d-ac96-774b-bcce-b302099a8057"})");
  CHECK(body.required_string("name", {}) == "Анна");
  CHECK(body.required_integer("amount", 1, kAmountMax) == 1250);
  CHECK(body.required_currency("currency").code() == "EUR");
  CHECK(body.optional_boolean("quiet") == true);
  CHECK(body.optional_id<UserId>("user_id")->text() == "01890a5d-ac96-774b-bcce-b302099a8057");
  CHECK_FALSE(body.optional_string("phone", {}).has_value());
  CHECK(body.finish().has_value());
}

TEST_CASE("all errors of a body are told at once, each with its pointer") {
  const auto errors = errors_of(R"({"amount":-1,"currency":"EURO","extra":1,"a/b~c":2})", [](Body& body) {
    (void)body.required_string("name", {});
    (void)body.required_integer("amount", 1, 10);
    (void)body.required_currency("currency");
  });
  CHECK(errors == Errors{{"/name", "is required"},
                         {"/amount", "must be an integer from 1 to 10"},
                         {"/currency", "must be the code of an ISO 4217 currency, such as EUR"},
                         {"/extra", "is not known here"},
                         {"/a~1b~0c", "is not known here"}});
}

TEST_CASE("only integers of 64 bits within the bounds are integers") {
  for (const char* good : {"1", "19", "1000000000000"}) {
    CAPTURE(good);
    CHECK(errors_of_integer(good).empty());
  }
  for (const char* bad :
       {"0", "-1", "-0", "19.0", "19.99", "1e2", "1E400", "-1e400", "true", "false", "null", "\"5\"", "[]", "{}",
        "1000000000001", "9223372036854775808", "18446744073709551617", "100000000000000000000000000000000"}) {
    CAPTURE(bad);
    const auto body = Body::parse("{\"n\":" + std::string(bad) + '}');
    if (body) {
      CHECK(errors_of_integer(bad) == Errors{{"/n", "must be an integer from 1 to 1000000000000"}});
    } else {
      CHECK(body.error().code == ProblemCode::validation_failed);
      CHECK(body.error().errors == Errors{{"/n", "is too large a number"}});
    }
  }
}

TEST_CASE("the length of a string is counted in characters, not in bytes") {
  const TextRule two_to_four{2, 4};
  CHECK(errors_of_string(R"("жук")", two_to_four).empty());
  CHECK(errors_of_string(R"("🙂🙂🙂🙂")", two_to_four).empty());
  CHECK(errors_of_string(R"("ж")", two_to_four) == Errors{{"/s", "must have 2 to 4 characters"}});
  CHECK(errors_of_string(R"("abcde")", two_to_four).size() == 1);
  CHECK(errors_of_string("7", two_to_four) == Errors{{"/s", "must be a string"}});
  CHECK(errors_of_string("null", two_to_four).size() == 1);
}

TEST_CASE("control characters are refused in one line, line breaks are allowed in many") {
  for (const char* literal : {R"("a\r\nBcc: x")", R"("a\nb")", R"("a\tb")", R"("a\u0007b")", R"("a\u007fb")",
                              R"("a\u0085b")", R"("a\u2028b")"}) {
    CAPTURE(literal);
    CHECK(errors_of_string(literal, {1, 255, Lines::one}) == Errors{{"/s", "must not contain control characters"}});
  }
  CHECK(errors_of_string(R"("a\r\n\tb")", {1, 255, Lines::many}).empty());
  CHECK(errors_of_string(R"("a\u0007b")", {1, 255, Lines::many}).size() == 1);
  CHECK(errors_of_string(R"("é ü \u00a0")", {1, 255, Lines::one}).empty());
}

TEST_CASE("U+0000 is refused wherever it stands") {
  for (const Lines lines : {Lines::one, Lines::many}) {
    CHECK(errors_of_string(R"("a\u0000b")", {1, 255, lines}) == Errors{{"/s", "must not contain U+0000"}});
  }
  const auto deep = errors_of(R"({"items":[{"x":"ok"},{"x":["\u0000"]}]})", [](Body& body) {
    body.required_objects("items", 1, 9, [](ObjectReader& item) { (void)item.takes_null("x"); });
  });
  CHECK(deep == Errors{{"/items/1/x/0", "must not contain U+0000"}});
}

TEST_CASE("every element of an array of objects is read and checked") {
  const auto read = [](Body& body) {
    body.required_objects("items", 1, 3, [](ObjectReader& item) {
      (void)item.required_string("sku", {1, 64});
      (void)item.required_integer("quantity", 1, 1000);
    });
  };
  CHECK(errors_of(R"({"items":[{"sku":"a","quantity":1},{"sku":"b","quantity":2}]})", read).empty());
  CHECK(errors_of(R"({"items":[{"sku":"a"},7,{"sku":"","quantity":1.5,"colour":"red"}]})", read) ==
        Errors{{"/items/0/quantity", "is required"},
               {"/items/1", "must be an object"},
               {"/items/2/sku", "must have 1 to 64 characters"},
               {"/items/2/quantity", "must be an integer from 1 to 1000"},
               {"/items/2/colour", "is not known here"}});
  CHECK(errors_of(R"({"items":[]})", read) == Errors{{"/items", "must have 1 to 3 elements"}});
  CHECK(errors_of(R"({"items":{}})", read) == Errors{{"/items", "must be an array"}});
  CHECK(errors_of(R"({})", read) == Errors{{"/items", "is required"}});
}

TEST_CASE("of an array with too many elements none is read") {
  std::string text = R"({"items":[{"a":1,"b":1})";
  for (int more = 0; more < 3'000; ++more) text += R"(,{"a":1,"b":1})";
  int read = 0;
  const auto errors = errors_of(text + "]}", [&](Body& body) {
    body.required_objects("items", 1, 100, [&](ObjectReader& /*item*/) { ++read; });
  });
  CHECK(errors == Errors{{"/items", "must have 1 to 100 elements"}});
  CHECK(read == 0);
}

TEST_CASE("a body that breaks thousands of rules is told of a hundred, whichever reader finds them") {
  std::string members = R"({"m0":0)";
  std::string numbers = "0";
  std::string zeros = R"("\u0000")";
  for (int more = 1; more < 3'000; ++more) {
    members += ",\"m" + std::to_string(more) + "\":0";
    numbers += ",0";
    zeros += R"(,"\u0000")";
  }
  members += '}';
  const auto read = [](Body& body) {
    (void)body.optional_strings("strings", 3'000, {});
    body.optional_object("object", [](ObjectReader& /*object*/) {});
  };
  const auto objects = [](Body& body) { body.required_objects("objects", 1, 3'000, [](ObjectReader& /*object*/) {}); };
  const auto hundred_and_more = [](const Errors& errors) {
    return errors.size() == kFieldErrorsMax + 1 && errors.back().detail == "breaks more rules than are listed here";
  };
  CHECK(hundred_and_more(errors_of(members, read)));
  CHECK(hundred_and_more(errors_of("{\"strings\":[" + numbers + "]}", read)));
  CHECK(hundred_and_more(errors_of("{\"strings\":[" + zeros + "]}", read)));
  CHECK(hundred_and_more(errors_of("{\"object\":" + members + '}', read)));
  CHECK(hundred_and_more(errors_of("{\"objects\":[" + numbers + "]}", objects)));
}

TEST_CASE("an optional object is read only when it is there") {
  const auto read = [](Body& body) {
    body.optional_object("channels", [](ObjectReader& channels) { (void)channels.optional_boolean("email"); });
  };
  CHECK(errors_of(R"({})", read).empty());
  CHECK(errors_of(R"({"channels":{"email":false}})", read).empty());
  CHECK(errors_of(R"({"channels":{"email":1,"pigeon":true}})", read) ==
        Errors{{"/channels/email", "must be true or false"}, {"/channels/pigeon", "is not known here"}});
}

TEST_CASE("null can be told from absence") {
  Body body = parsed(R"({"phone":null})");
  CHECK(body.takes_null("phone"));
  CHECK_FALSE(body.takes_null("email"));
  CHECK(body.finish().has_value());
}

TEST_CASE("a caller's own rule is told with the others") {
  const auto errors = errors_of(R"({"username":"me"})", [](Body& body) {
    (void)body.required_string("username", {});
    body.refuse("username", "is reserved");
  });
  CHECK(errors == Errors{{"/username", "is reserved"}});
}

TEST_CASE("what is no UUID is refused as an id") {
  for (const char* bad : {"\"x\"", "1", "null", "\"01890a5d-ac96-774b-bcce-b302099a805\""}) {
    CAPTURE(bad);
    CHECK(errors_of("{\"user_id\":" + std::string(bad) + '}', [](Body& body) {
            (void)body.optional_id<UserId>("user_id");
          }) == Errors{{"/user_id", "must be a UUID"}});
  }
}

TEST_CASE("a body that is no object is one error") {
  for (const char* text : {"[]", "7", "null", "\"x\""}) {
    CAPTURE(text);
    CHECK(errors_of(text, [](Body& body) { (void)body.required_string("name", {}); }) ==
          Errors{{"", "must be an object"}});
  }
}

TEST_CASE("malformed JSON is refused") {
  for (const std::string& text : std::vector<std::string>{
           "", " ", "{", "{\"a\":}", "{'a':1}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":+1}", "{}{}", "{} x",
           "{\"a\":\"\x80\"}", "{\"a\":\"\xC0\xAF\"}", "{\"a\":\"\xED\xA0\x80\"}", "{\"a\":\"\\ud800\"}",
           "{\"a\":\"\n\"}", std::string("{\"a\":\"\0\"}", 9), "// c\n{}"}) {
    CAPTURE(text);
    CHECK(refusal_of(text) == ProblemCode::malformed_json);
  }
}

TEST_CASE("nothing hides behind a raw U+0000") {
  using namespace std::string_literals;
  for (const auto& text : {"{}\0"s, "{}\0{\"a\":"s, "\0{}"s, "{\"a\0\":1}"s, "{\"a\":1\0}"s}) CHECK(refusal_of(text) == ProblemCode::malformed_json);
}

TEST_CASE("a member name that stands twice in one object is refused, at every depth") {
  CHECK(refusal_of(R"({"amount":1,"amount":1000})") == ProblemCode::malformed_json);
  CHECK(refusal_of(R"({"a":[{"b":1,"\u0062":2}]})") == ProblemCode::malformed_json);
  CHECK(Body::parse(R"({"a":{"x":1},"b":{"x":1}})").has_value());
}

TEST_CASE("16 levels are read, 17 are refused, 30000 do no harm") {
  CHECK(Body::parse("{\"a\":" + nested(15) + '}').has_value());
  CHECK(refusal_of("{\"a\":" + nested(16) + '}') == ProblemCode::malformed_json);
  CHECK(refusal_of(nested(17)) == ProblemCode::malformed_json);
  CHECK(refusal_of(std::string(30'000, '[')) == ProblemCode::malformed_json);
}

TEST_CASE("the refusal of malformed JSON says nothing of the library that reads it") {
  const auto body = Body::parse("{\"a\":tru}");
  REQUIRE_FALSE(body.has_value());
  CHECK_THAT(body.error().detail, !Catch::Contains("json.exception") && Catch::Contains("byte 9"));
}

TEST_CASE("an empty body counts as {} where the route says so") {
  auto body = Body::parse_or_empty("");
  REQUIRE(body.has_value());
  CHECK(body->finish().has_value());
  CHECK_FALSE(Body::parse_or_empty("x").has_value());
}
