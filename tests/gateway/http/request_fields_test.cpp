#include <catch2/catch.hpp>

#include <string>

#include "gateway/http/request_fields.hpp"

using namespace ordo::http;
using namespace std::chrono_literals;

namespace {

std::optional<std::chrono::seconds> wait_of(std::string value) {
  return parse_prefer_wait({{"Prefer", std::move(value)}});
}

ordo::Result<std::optional<std::string>, Problem> key_of(std::string value) {
  return parse_idempotency_key({{"idempotency-key", std::move(value)}});
}

constexpr const char* kTraceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

}  // namespace

TEST_CASE("Prefer: wait is read as RFC 7240 writes it, and capped") {
  CHECK(wait_of("wait=5") == 5s);
  CHECK(wait_of("WAIT = \"7\"") == 7s);
  CHECK(wait_of("respond-async, wait=10; foo=bar") == 10s);
  CHECK(wait_of("return=minimal,wait=2") == 2s);
  CHECK(wait_of("foo=\"a, wait=9\", wait=3") == 3s);
  CHECK(wait_of("wait=31") == 30s);
  CHECK(wait_of("wait=99999999999999999999999") == 30s);
  CHECK(wait_of("wait=0") == 0s);
  CHECK(parse_prefer_wait({{"Prefer", "respond-async"}, {"prefer", "wait=4"}}) == 4s);
}

TEST_CASE("a Prefer that cannot be understood counts as not said") {
  for (const char* value :
       {"", "wait", "wait=", "wait=-1", "wait=1.5", "wait=abc", "await=5", "wait 5", ",,;;=", "wait=5x", "\"wait=5"}) {
    CAPTURE(value);
    CHECK_FALSE(wait_of(value).has_value());
  }
  CHECK_FALSE(parse_prefer_wait({}).has_value());
}

TEST_CASE("an idempotency key is the same bare and quoted") {
  CHECK(**key_of("8e03978e-40d5-43e8-bc93-6894a57f9324") == "8e03978e-40d5-43e8-bc93-6894a57f9324");
  CHECK(**key_of("\"k-1\"") == "k-1");
  CHECK(**key_of("k") == "k");
  CHECK(**key_of(std::string(255, 'k')) == std::string(255, 'k'));
  CHECK_FALSE(parse_idempotency_key({})->has_value());
}

TEST_CASE("an idempotency key that breaks its rule is refused") {
  for (const std::string& value : {std::string(), std::string("\"\""), std::string(256, 'k'), std::string("a\"b"),
                                   std::string("\"a"), std::string("a\tb"), std::string("ключ")}) {
    CAPTURE(value);
    const auto key = key_of(value);
    REQUIRE_FALSE(key.has_value());
    CHECK(key.error().code == ProblemCode::invalid_idempotency_key);
  }
  CHECK_FALSE(parse_idempotency_key({{"Idempotency-Key", "a"}, {"Idempotency-Key", "a"}}).has_value());
}

TEST_CASE("a valid correlation id is kept, any other is replaced") {
  CHECK(correlation_id_of({{"x-correlation-id", "A.b_c-9"}}) == "A.b_c-9");
  CHECK(correlation_id_of({{"X-Correlation-Id", std::string(128, 'x')}}) == std::string(128, 'x'));
  for (const std::string& bad :
       {std::string(), std::string(129, 'x'), std::string("a b"), std::string("a/b"), std::string("ид")}) {
    CAPTURE(bad);
    const std::string made = correlation_id_of({{"X-Correlation-Id", bad}});
    CHECK(made != bad);
    CHECK(is_correlation_id(made));
  }
  CHECK(correlation_id_of({}) != correlation_id_of({}));
}

TEST_CASE("a valid traceparent is kept, any other is replaced") {
  CHECK(traceparent_of({{"traceparent", kTraceparent}}) == kTraceparent);
  CHECK(is_traceparent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like"));
  for (const char* bad : {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                          "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                          "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
                          "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_traceparent(bad));
    CHECK(is_traceparent(traceparent_of({{"traceparent", bad}})));
  }
}

TEST_CASE("JSON in UTF-8 is the only media type") {
  for (const char* good : {"application/json", "Application/JSON", "application/json; charset=utf-8",
                           "application/json;charset=\"UTF-8\"", "application/json ; charset=UTF-8"}) {
    CAPTURE(good);
    CHECK(is_json_media_type(good));
  }
  for (const char* bad :
       {"", "text/json", "application/jsonx", "application/problem+json", "application/json; charset=latin1",
        "application/json; version=2", "application/json; charset=utf-8; version=2", "application/json, text/plain"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_json_media_type(bad));
  }
}

TEST_CASE("If-None-Match compares weakly, in lists, and * matches all") {
  CHECK(matches_entity_tag("\"7\"", "\"7\""));
  CHECK(matches_entity_tag("W/\"7\"", "\"7\""));
  CHECK(matches_entity_tag("\"a,b\", W/\"7\" , \"8\"", "\"7\""));
  CHECK(matches_entity_tag(" * ", "\"7\""));
  CHECK_FALSE(matches_entity_tag("\"77\"", "\"7\""));
  CHECK_FALSE(matches_entity_tag("7", "\"7\""));
  CHECK_FALSE(matches_entity_tag("", "\"7\""));
}
