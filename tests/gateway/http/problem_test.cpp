#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

#include "gateway/http/response.hpp"

using namespace ordo;
using namespace ordo::http;

TEST_CASE("every code has one row with an error status and words for people") {
  std::set<std::string_view> texts;
  for (const ProblemKind& kind : problem_table()) {
    CAPTURE(kind.text);
    CHECK(kind_of(kind.code).text == kind.text);
    CHECK(kind.status >= 400);
    CHECK(kind.status <= 599);
    CHECK_FALSE(kind.title.empty());
    CHECK(texts.insert(kind.text).second);
  }
}

TEST_CASE("a problem is rendered with all its members") {
  Problem refusal = problem(ProblemCode::insufficient_funds, "The wallet holds 3.00 EUR.");
  refusal.errors = {{"/items/0", "is too dear"}};
  refusal.member = ProblemMember{"order", R"({"id":"7"})"};
  refusal.headers = {{"Retry-After", "5"}};
  const Response response = problem_response(refusal, "abc");
  CHECK(response.status == 402);
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.headers == Headers{{"Retry-After", "5"}});
  CHECK(response.body == R"({"type":"urn:ordo:problem:insufficient_funds","title":"Not enough money","status":402,)"
                         R"("detail":"The wallet holds 3.00 EUR.","code":"insufficient_funds","correlation_id":"abc",)"
                         R"("errors":[{"pointer":"/items/0","detail":"is too dear"}],"order":{"id":"7"}})");
}

TEST_CASE("a failure of the infrastructure is 503 where another try may help, and tells nothing internal") {
  const Problem lost = problem_of(Failure{FailureKind::unavailable, "connection to 10.0.0.1:5432 refused"});
  CHECK(lost.code == ProblemCode::unavailable);
  CHECK(find_header(lost.headers, "Retry-After").has_value());
  CHECK_THAT(lost.detail, !Catch::Contains("10.0.0.1"));
  CHECK(problem_of(Failure{FailureKind::timeout, ""}).code == ProblemCode::unavailable);
  CHECK(problem_of(Failure{FailureKind::corrupt, "row 7"}).code == ProblemCode::internal_error);
}
