#include <catch2/catch.hpp>

#include <memory>
#include <thread>
#include <utility>

#include "gateway/http/responder.hpp"

using namespace ordo::http;

namespace {

struct Asked {
  Request request;
  std::vector<Response> answers;

  Responder responder() {
    return Responder(request, [this](Response response) { answers.push_back(std::move(response)); });
  }
};

Asked asked(Method method, Headers headers = {}) {
  Asked one;
  one.request.method = method;
  one.request.headers = std::move(headers);
  one.request.correlation_id = "abc";
  return one;
}

Response tagged() { return std::move(json_response(200, "{}").with("ETag", strong_etag("7"))); }

}  // namespace

TEST_CASE("an answer carries the correlation id and what was attached") {
  Asked one = asked(Method::get);
  auto responder = one.responder();
  responder.attach({"RateLimit", "x"});
  responder.answer(json_response(200, "{}"));
  REQUIRE(one.answers.size() == 1);
  CHECK(find_header(one.answers[0].headers, "X-Correlation-Id") == "abc");
  CHECK(find_header(one.answers[0].headers, "RateLimit") == "x");
}

TEST_CASE("only the first answer counts") {
  Asked one = asked(Method::get);
  {
    auto responder = one.responder();
    responder.answer(json_response(200, "1"));
    responder.answer(json_response(200, "2"));
    CHECK(responder.answered());
  }
  REQUIRE(one.answers.size() == 1);
  CHECK(one.answers[0].body == "1");
}

TEST_CASE("a responder that dies unanswered answers 500, wherever it was moved") {
  Asked one = asked(Method::post);
  {
    auto first = std::make_unique<Responder>(one.responder());
    std::jthread([moved = std::move(*first)]() mutable { const Responder last = std::move(moved); }).join();
  }
  REQUIRE(one.answers.size() == 1);
  CHECK(one.answers[0].status == 500);
  CHECK_THAT(one.answers[0].body, Catch::Contains("\"code\":\"internal_error\""));
}

TEST_CASE("a responder that is assigned over answers 500 first") {
  Asked one = asked(Method::post);
  Asked other = asked(Method::post);
  auto responder = one.responder();
  responder = other.responder();
  CHECK(one.answers.size() == 1);
  CHECK(other.answers.empty());
}

TEST_CASE("If-None-Match with the current ETag is 304 without a body, for reads only") {
  for (const Method method : {Method::get, Method::head}) {
    Asked one = asked(method, {{"If-None-Match", "\"6\", \"7\""}});
    one.responder().answer(tagged());
    CHECK(one.answers[0].status == 304);
    CHECK(one.answers[0].body.empty());
    CHECK(find_header(one.answers[0].headers, "ETag") == "\"7\"");
  }
  Asked stale = asked(Method::get, {{"If-None-Match", "\"6\""}});
  stale.responder().answer(tagged());
  CHECK(stale.answers[0].status == 200);
  Asked written = asked(Method::post, {{"If-None-Match", "\"7\""}});
  written.responder().answer(tagged());
  CHECK(written.answers[0].status == 200);
}

TEST_CASE("HEAD keeps the length and withholds the body") {
  Asked one = asked(Method::head);
  one.responder().answer(json_response(200, "{}"));
  CHECK(one.answers[0].body_withheld);
  CHECK(one.answers[0].body == "{}");
}

TEST_CASE("every 401 carries WWW-Authenticate") {
  Asked one = asked(Method::post);
  one.responder().refuse(problem(ProblemCode::invalid_credentials, "No."));
  CHECK(one.answers[0].status == 401);
  CHECK(count_headers(one.answers[0].headers, "WWW-Authenticate") == 1);
}
