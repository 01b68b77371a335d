#include <catch2/catch.hpp>

#include "gateway/http/cors.hpp"

using namespace ordo::http;

namespace {

Request asked_from(const char* origin, Method method = Method::get) {
  Request request;
  request.method = method;
  request.headers = {{"Origin", origin}};
  return request;
}

Request preflight_from(const char* origin) {
  auto request = asked_from(origin, Method::options);
  request.headers.push_back({"Access-Control-Request-Method", "POST"});
  return request;
}

std::string allowed_origin(const Cors& cors, const Request& request) {
  const auto headers = cors.headers(request);
  return std::string(find_header(headers, "Access-Control-Allow-Origin").value_or("nobody"));
}

}  // namespace

TEST_CASE("unless it is configured, no page of another origin may read an answer") {
  const Cors cors;
  CHECK(cors.headers(asked_from("https://shop.example")).empty());
  CHECK_FALSE(cors.preflight(preflight_from("https://shop.example")));
}

TEST_CASE("an origin that is listed is named in the answer, another is not") {
  const auto cors = *Cors::parse("https://shop.example, http://127.0.0.1:5173");
  CHECK(allowed_origin(cors, asked_from("https://shop.example")) == "https://shop.example");
  CHECK(allowed_origin(cors, asked_from("http://127.0.0.1:5173")) == "http://127.0.0.1:5173");
  for (const auto* stranger : {"https://shop.example.evil", "http://shop.example", "https://shop.example:8443", "null", ""}) {
    CAPTURE(stranger);
    CHECK(allowed_origin(cors, asked_from(stranger)) == "nobody");
    CHECK_FALSE(cors.preflight(preflight_from(stranger)));
  }
}

TEST_CASE("a cache learns that the answer depends on the origin, also where it is refused or not said") {
  const auto cors = *Cors::parse("https://shop.example");
  CHECK(find_header(cors.headers(asked_from("https://evil.example")), "Vary") == "Origin");
  CHECK(find_header(cors.headers(Request{}), "Vary") == "Origin");
}

TEST_CASE("a star allows every origin and never credentials") {
  const auto cors = *Cors::parse("*");
  const auto headers = cors.headers(asked_from("https://anything.example"));
  CHECK(find_header(headers, "Access-Control-Allow-Origin") == "*");
  CHECK_FALSE(find_header(headers, "Access-Control-Allow-Credentials"));
}

TEST_CASE("a page may read what the contract answers in headers") {
  const auto headers = Cors::parse("*")->headers(asked_from("https://shop.example"));
  const std::string exposed(find_header(headers, "Access-Control-Expose-Headers").value_or(""));
  for (const auto* name : {"Location", "Ordo-Position", "ETag", "Link", "Retry-After", "Idempotency-Replayed", "X-Correlation-Id"}) {
    CAPTURE(name);
    CHECK(exposed.find(name) != std::string::npos);
  }
}

TEST_CASE("a browser that asks beforehand learns what it may send") {
  const auto answer = Cors::parse("https://shop.example")->preflight(preflight_from("https://shop.example"));
  REQUIRE(answer);
  CHECK(answer->status == 204);
  const std::string names(find_header(answer->headers, "Access-Control-Allow-Headers").value_or(""));
  for (const auto* name : {"Authorization", "Content-Type", "Idempotency-Key", "Prefer", "Ordo-After", "Last-Event-ID"}) {
    CAPTURE(name);
    CHECK(names.find(name) != std::string::npos);
  }
}

TEST_CASE("OPTIONS that no browser sent as a question is no preflight") {
  const auto cors = *Cors::parse("*");
  CHECK_FALSE(cors.preflight(asked_from("https://shop.example", Method::options)));
  auto get = preflight_from("https://shop.example");
  get.method = Method::get;
  CHECK_FALSE(cors.preflight(get));
}

TEST_CASE("what is no origin is refused with the part that is wrong") {
  for (const auto* text : {"shop.example", "https://shop.example/", "ftp://shop.example", "https://", "https://Shop.example", "https://a b",
                           "https://shop.example, nonsense"}) {
    CAPTURE(text);
    CHECK_FALSE(Cors::parse(text));
  }
  CHECK(Cors::parse("https://shop.example,nonsense").error().text.find("'nonsense'") != std::string::npos);
  CHECK(Cors::parse(""));
}
